"""Serves the TorchScript in an archive. It takes an image or the floats of the model's input, and answers the five best classes by
name. Like the handlers of the server, it raises an exception for an input that it cannot read.
"""

import io
import json
import math
import os

import numpy as np
import torch
from PIL import Image, ImageOps

TOP_COUNT = 5
# The first calls of TorchScript are slow, because it looks for operations to fuse.
WARM_UP_CALLS = 20

model = None
device = None
labels = None
# The preprocessing of images, which archive.py packed.
image = None
shape = None


def tensor_of_image(data):
    """Resizes the short side (bilinear), crops the centre and normalises."""
    decoded = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
    width, height = image["width"], image["height"]
    factor = image["shortSide"] / min(decoded.size)
    decoded = decoded.resize([round(side * factor) for side in decoded.size], Image.BILINEAR)
    left, top = (decoded.width - width) // 2, (decoded.height - height) // 2
    pixels = np.asarray(decoded.crop((left, top, left + width, top + height)), np.float32)
    scale, mean, deviation = (np.array(image[fact], np.float32) for fact in ("scale", "mean", "deviation"))
    return np.ascontiguousarray(((pixels * scale - mean) / deviation).transpose(2, 0, 1)[np.newaxis])


def tensor_of(row):
    data = row.get("data") or row.get("body")
    # The front end does not pass on the media type of a field, so the length tells a tensor from an image.
    if len(data) == 4 * math.prod(shape):
        return np.frombuffer(data, "<f4").reshape(shape)
    return tensor_of_image(data)


def device_for(gpu_id):
    """The device of SERVING_ACCELERATOR. Falling back to another one would falsify the measurement."""
    accelerator = os.environ.get("SERVING_ACCELERATOR")
    if accelerator == "cpu":
        return torch.device("cpu")
    if accelerator != "gpu":
        raise RuntimeError(f"the variable SERVING_ACCELERATOR is {accelerator!r}; it must be 'gpu' or 'cpu'")
    if not torch.cuda.is_available():
        raise RuntimeError(f"SERVING_ACCELERATOR is 'gpu', but PyTorch {torch.__version__} finds no GPU that it can use")
    return torch.device(f"cuda:{gpu_id or 0}")


def start(properties):
    global model, device, labels, image, shape
    folder = properties["model_dir"]
    device = device_for(properties.get("gpu_id"))
    settings = json.loads(os.environ["SERVED_MODEL"])["settings"]
    if settings != "default":
        torch.set_num_threads(settings["threads"])
    with open(os.path.join(folder, "labels.txt"), encoding="utf8") as file:
        labels = file.read().splitlines()
    with open(os.path.join(folder, "image.json")) as file:
        image = json.load(file)
    shape = (1, 3, image["height"], image["width"])
    model = torch.jit.load(os.path.join(folder, "model.pt"), map_location=device).eval()
    if device.type == "cpu":
        model = torch.jit.optimize_for_inference(torch.jit.freeze(model))
    with torch.inference_mode():
        for _ in range(WARM_UP_CALLS):
            model(torch.zeros(shape, device=device))


def infer(rows):
    """Computes the requests of a batch together."""
    images = torch.from_numpy(np.concatenate([tensor_of(row) for row in rows])).to(device)
    with torch.inference_mode():
        best = torch.softmax(model(images).float(), 1).topk(min(TOP_COUNT, len(labels)))
    answers = zip(best.indices.tolist(), best.values.tolist())
    return [{labels[index]: score for index, score in zip(*answer)} for answer in answers]


def handle(data, context):
    if model is None:
        start(context.system_properties)
    # The loader calls it once without data.
    return None if data is None else infer(data)
