"""Serves the TorchScript of an archive: takes an image or the floats of the model's input, and answers the five best classes by
name. What it cannot read is an exception, as with the handlers that come with the server.
"""

import io
import json
import os

import numpy as np
import torch
from PIL import Image, ImageOps

SHAPE = (1, 3, 224, 224)
INPUT_BYTES = 4 * 3 * 224 * 224
SHORT_SIDE, SIDE = 256, 224
MEAN = np.array([0.485, 0.456, 0.406], np.float32)
STD = np.array([0.229, 0.224, 0.225], np.float32)
TOP_COUNT = 5
# The first calls of TorchScript are slow: it looks for what it can fuse.
WARM_UP_CALLS = 20

model = None
device = None
labels = None


def tensor_of_picture(data):
    """Short side to 256, bilinear; the middle 224 × 224; normalised as torchvision does."""
    picture = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
    factor = SHORT_SIDE / min(picture.size)
    width, height = (max(SHORT_SIDE, round(side * factor)) for side in picture.size)
    picture = picture.resize((width, height), Image.BILINEAR)
    left, top = (width - SIDE) // 2, (height - SIDE) // 2
    pixels = np.asarray(picture.crop((left, top, left + SIDE, top + SIDE)), np.float32) / 255
    return np.ascontiguousarray(((pixels - MEAN) / STD).transpose(2, 0, 1)[np.newaxis])


def tensor_of(row):
    data = row.get("data") or row.get("body")
    # The front end does not pass a field's type on, so its length tells.
    if len(data) == INPUT_BYTES:
        return np.frombuffer(data, "<f4").reshape(SHAPE).copy()
    return tensor_of_picture(data)


def device_asked_for(gpu_id):
    """What SERVING_ACCELERATOR asks for. Computing elsewhere would be measured as what it is not."""
    accelerator = os.environ.get("SERVING_ACCELERATOR")
    if accelerator == "cpu":
        return torch.device("cpu")
    if accelerator != "gpu":
        raise RuntimeError(f"the variable SERVING_ACCELERATOR is {accelerator!r}, it must be 'gpu' or 'cpu'")
    if not torch.cuda.is_available():
        raise RuntimeError(f"SERVING_ACCELERATOR is 'gpu', but PyTorch {torch.__version__} finds no GPU that it can use")
    return torch.device(f"cuda:{gpu_id or 0}")


def start(properties):
    global model, device, labels
    folder = properties["model_dir"]
    device = device_asked_for(properties.get("gpu_id"))
    # On a processor every serving computes with one thread.
    torch.set_num_threads(1)
    with open(os.path.join(folder, "imagenet-labels.json"), encoding="utf8") as file:
        labels = json.load(file)
    model = torch.jit.load(os.path.join(folder, "model.pt"), map_location=device).eval()
    if device.type == "cpu":
        model = torch.jit.optimize_for_inference(torch.jit.freeze(model))
    with torch.inference_mode():
        for _ in range(WARM_UP_CALLS):
            model(torch.zeros(SHAPE, device=device))


def infer(row):
    with torch.inference_mode():
        logits = model(torch.from_numpy(tensor_of(row)).to(device))[0]
        scores, classes = torch.softmax(logits.float(), 0).topk(TOP_COUNT)
    return {labels[index]: score for index, score in zip(classes.tolist(), scores.tolist())}


def handle(data, context):
    if model is None:
        start(context.system_properties)
    # Called once with nothing, by the loader.
    return None if data is None else [infer(row) for row in data]
