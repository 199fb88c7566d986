"""Packs TorchScript with its handler and the names of the classes as the archive that a server loads.

usage: archive.py MODEL.pt OUT.mar KEY HANDLER.py
"""

import os
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version

sys.dont_write_bytecode = True

import onnx_network

PACKAGE = "torch-model-archiver"
LABELS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "imagenet-labels.json")
# Where its programs lie is nobody's business: its function reads the arguments of the process.
PROGRAM = "from model_archiver.model_packaging import generate_model_archive; generate_model_archive()"


def main(source, target, key, handler):
    name = os.path.splitext(os.path.basename(target))[0]
    os.makedirs(os.path.dirname(target) or ".", exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        # Inside the archive files keep their names, and the handler looks for this one.
        model = os.path.join(folder, "model.pt")
        shutil.copyfile(source, model)
        arguments = ["--model-name", name, "--version", "1.0", "--serialized-file", model, "--handler", handler]
        arguments += ["--extra-files", LABELS, "--export-path", folder]
        packed = subprocess.run([sys.executable, "-c", PROGRAM, *arguments], stderr=subprocess.PIPE, text=True)
        if packed.returncode != 0:
            raise OSError(f"{PACKAGE} ended with {packed.returncode}: {packed.stderr.strip().splitlines()[-1:]}")
        shutil.copyfile(os.path.join(folder, f"{name}.mar"), f"{target}.unfinished")
    os.replace(f"{target}.unfinished", target)
    by = f"{PACKAGE} {version(PACKAGE)}"
    onnx_network.write_note(target, key, by)
    print(f"{target}: archive by {by}")


if __name__ == "__main__":
    if len(sys.argv) != 5:
        raise SystemExit(__doc__)
    try:
        main(*sys.argv[1:])
    except OSError as problem:
        raise SystemExit(f"error: {sys.argv[1]} to {sys.argv[2]}: {problem}")
