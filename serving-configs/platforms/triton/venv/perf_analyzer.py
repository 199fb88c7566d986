"""Runs the perf_analyzer that the package tritonclient carries: `PYTHON perf_analyzer.py OPTION...`, with the Python of the
environment. It needs two libraries under names that only the server's package has, and only there.
"""

import os
import sys
import sysconfig
import tempfile
from pathlib import Path

LIBRARIES = {"libb64.so.0d": "libb64-*.so.0d", "libcudart.so.12": "libcudart-*.so.12*"}


def main():
    vendored = Path(sysconfig.get_path("purelib"), "nvidia_pytriton.libs")
    program = str(Path(sysconfig.get_path("scripts"), "perf_analyzer"))
    with tempfile.TemporaryDirectory() as folder:
        for name, pattern in LIBRARIES.items():
            (library,) = vendored.glob(pattern)
            Path(folder, name).symlink_to(library)
        sys.exit(
            os.waitstatus_to_exitcode(
                os.waitpid(
                    os.posix_spawn(program, [program, *sys.argv[1:]], {**os.environ, "LD_LIBRARY_PATH": folder}), 0
                )[1]
            )
        )


main()
