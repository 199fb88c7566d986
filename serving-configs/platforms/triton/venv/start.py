"""Starts the tritonserver binary in the package nvidia-pytriton, with the backend that a run needs.

usage: start.py WORK OPTION...      (OPTION is an option of tritonserver; WORK/models is the model repository)

The package has one stub of the python backend per version of Python, outside the folder of the backend; its own API copies the
right one. Here, the backend is linked into the folder of the run, so that the environment does not change.
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
    # A copy, because the installed file is not executable.
    copy = target / stub.name
    copy.write_bytes(stub.read_bytes())
    copy.chmod(0o755)


def as_text(value):
    """A C++ string literal."""
    return json.dumps(value, ensure_ascii=False)


def build_noop_backend(contract, backends: Path):
    """Compiles a backend without Python that answers at once, so that only the server is measured."""
    target = backends / NULL_BACKEND
    target.mkdir(parents=True)
    no_inputs = {spec["name"]: [None] for spec in contract["inputs"]}
    (answer,) = served_model.run_named(served_model.open_engine(), [no_inputs])
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
    # The stub needs the Python library of this interpreter, not another one of the same version. Because it was moved, it also
    # needs the path to the libraries of the package.
    libraries = [sysconfig.get_config_var("LIBDIR"), str(packages / "nvidia_pytriton.libs")]
    environment["LD_LIBRARY_PATH"] = os.pathsep.join(libraries)
    program = str(server / "bin" / "tritonserver")
    command = [program, f"--model-repository={models}", f"--backend-directory={backends}", *options]
    os.execve(program, command, environment)


main()
