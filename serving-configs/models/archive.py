"""Packs TorchScript, its handler and the class names into an archive that a server loads.

usage: archive.py MODEL.pt OUT.mar IMAGE HANDLER.py LABELS.txt      (IMAGE is JSON that says how an image becomes the input)
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version

PACKAGE = "torch-model-archiver"
# Calls the package's function, which reads the arguments of the process, because the place of its program is not known.
PROGRAM = "from model_archiver.model_packaging import generate_model_archive; generate_model_archive()"


def main(source, target, image, handler, labels):
    facts = json.loads(image)
    if facts["resize"] != "crop" or facts["colours"] != "rgb" or "shortSide" not in facts:
        raise ValueError("the handler crops images by their short side, and their colours are rgb")
    name = os.path.splitext(os.path.basename(target))[0]
    os.makedirs(os.path.dirname(target) or ".", exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        # Files keep their names in the archive, and the handler expects these names.
        model, classes, preprocessing = (os.path.join(folder, file) for file in ("model.pt", "labels.txt", "image.json"))
        shutil.copyfile(source, model)
        shutil.copyfile(labels, classes)
        with open(preprocessing, "w") as opened:
            opened.write(image)
        arguments = ["--model-name", name, "--version", "1.0", "--serialized-file", model, "--handler", handler]
        arguments += ["--extra-files", f"{classes},{preprocessing}", "--export-path", folder]
        packed = subprocess.run([sys.executable, "-c", PROGRAM, *arguments], stderr=subprocess.PIPE, text=True)
        if packed.returncode != 0:
            raise OSError(f"{PACKAGE} ended with {packed.returncode}: {packed.stderr.strip().splitlines()[-1:]}")
        shutil.copyfile(os.path.join(folder, f"{name}.mar"), f"{target}.unfinished")
    os.replace(f"{target}.unfinished", target)
    print(f"{PACKAGE} {version(PACKAGE)}")


if __name__ == "__main__":
    if len(sys.argv) != 6:
        raise SystemExit(__doc__)
    try:
        main(*sys.argv[1:])
    except (OSError, ValueError) as problem:
        raise SystemExit(f"error: {sys.argv[1]} to {sys.argv[2]}: {problem}")
