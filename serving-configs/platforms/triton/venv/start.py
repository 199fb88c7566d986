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

import served_model

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


def as_text(value):
    """A text as C++ writes it."""
    return json.dumps(value, ensure_ascii=False)


def build_noop_backend(contract, backends: Path):
    """A backend without Python that answers at once, so that what is left is the server."""
    target = backends / NULL_BACKEND
    target.mkdir(parents=True)
    asked = {spec["name"]: None for spec in contract["inputs"]}
    answer = served_model.run_named(served_model.open_engine(), asked)
    datatypes = {spec["name"]: spec["datatype"] for spec in contract["outputs"]}
    lines = []
    for number, (name, values) in enumerate(answer.items()):
        file = target / f"{number}.bin"
        file.write_bytes(values.tobytes())
        shape = ", ".join(map(str, values.shape))
        lines.append(
            f"{{{as_text(name)}, TRITONSERVER_TYPE_{datatypes[name]}, {{{shape}}}, BytesOf({as_text(str(file))})}},\n"
        )
    (target / "answer.inc").write_text("".join(lines))
    subprocess.run(
        [
            "g++", "-std=c++17", "-O2", "-fPIC", "-shared",
            "-I", str(target), "-o", str(target / f"libtriton_{NULL_BACKEND}.so"),
            str(HERE / "fixed_answer.cc"),
        ],
        check=True,
    )  # fmt: skip


def main():
    work, *options = sys.argv[1:]
    models, backends = Path(work, "models"), Path(work, "backends")
    packages = Path(sysconfig.get_path("purelib"))
    server = packages / "pytriton" / "tritonserver"
    contract = served_model.CONTRACT
    if contract["engine"] == "noop":
        build_noop_backend(contract, backends)
        config = models / contract["name"] / "config.pbtxt"
        config.write_text(config.read_text().replace('backend: "python"', f'backend: "{NULL_BACKEND}"'))
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
