"""Starts the tritonserver binary that the package nvidia-pytriton carries, with the backends that a run needs.

usage: start.py WORK OPTION...      (the options are tritonserver's; WORK/models is the model repository)

The package keeps one stub of the python backend for each version of Python outside the backend's folder, where its own
API copies them from; here they are linked into the folder of the run, so that the environment stays as it was installed.
"""

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

HERE = Path(__file__).resolve().parent
NULL_BACKEND = "fixed_answer"


def link_python_backend(server: Path, backends: Path):
    target = backends / "python"
    target.mkdir(parents=True)
    for file in (server / "backends" / "python").iterdir():
        if file.name != "triton_python_backend_stub":
            (target / file.name).symlink_to(file)
    version = "%d.%d" % sys.version_info[:2]
    stub = server / "python_backend_stubs" / version / "triton_python_backend_stub"
    # A copy: the file has no right to be run where it was unpacked.
    copy = target / stub.name
    copy.write_bytes(stub.read_bytes())
    copy.chmod(0o755)


def build_noop_backend(contract, models: Path, backends: Path):
    """A backend without Python that answers at once, so that what is left is the server."""
    target = backends / NULL_BACKEND
    target.mkdir(parents=True)
    subprocess.run(
        [
            "g++", "-std=c++17", "-O2", "-fPIC", "-shared",
            f'-DOUTPUT_NAME="{contract["tensors"]["output"]}"',
            f'-DANSWERS_LOGITS={int(contract["output"] == "logits")}',
            "-o", str(target / f"libtriton_{NULL_BACKEND}.so"),
            str(HERE / "fixed_answer.cc"),
        ],
        check=True,
    )  # fmt: skip
    for config in models.glob("*/config.pbtxt"):
        config.write_text(config.read_text().replace('backend: "python"', f'backend: "{NULL_BACKEND}"'))


def main():
    work, *options = sys.argv[1:]
    models, backends = Path(work, "models"), Path(work, "backends")
    packages = Path(sysconfig.get_path("purelib"))
    server = packages / "pytriton" / "tritonserver"
    contract = json.loads(os.environ["SERVED_MODEL"])
    if contract["engine"] == "noop":
        build_noop_backend(contract, models, backends)
    else:
        link_python_backend(server, backends)
    environment = dict(os.environ)
    # The stub needs the Python library of this very interpreter, not one of the same version from elsewhere; and, since it
    # was moved, to be told where the package has its libraries.
    libraries = [sysconfig.get_config_var("LIBDIR"), str(packages / "nvidia_pytriton.libs")]
    environment["LD_LIBRARY_PATH"] = os.pathsep.join(libraries)
    program = str(server / "bin" / "tritonserver")
    command = [program, f"--model-repository={models}", f"--backend-directory={backends}", *options]
    os.execve(program, command, environment)


main()
