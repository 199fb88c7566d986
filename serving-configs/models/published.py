"""Writes torchvision's ResNet-50 as ONNX, for `build.ts --weights OUT.onnx`: the network of the study of 2021.

Takes the weights IMAGENET1K_V1, whose preprocessing all servings of the torch family have; torchvision downloads them.
With --untrained it needs no network and no weights, and shows only that the way works.

usage: published.py OUT.onnx [--untrained]
"""

import inspect
import os
import sys

import torch
import torchvision
from torchvision.models import ResNet50_Weights, resnet50


def main(target, untrained):
    torch.manual_seed(50)
    model = resnet50(weights=None if untrained else ResNet50_Weights.IMAGENET1K_V1).eval()
    options = {}
    if "dynamo" in inspect.signature(torch.onnx.export).parameters:
        # The newer exporter writes operators and names of its own.
        options["dynamo"] = False
    unfinished = f"{target}.unfinished"
    torch.onnx.export(
        model,
        torch.zeros(1, 3, 224, 224),
        unfinished,
        opset_version=16,
        input_names=["input"],
        output_names=["output"],
        dynamic_axes={"input": {2: "height", 3: "width"}},
        **options,
    )
    os.replace(unfinished, target)
    weights = "random weights" if untrained else "the weights IMAGENET1K_V1"
    print(f"{target}: ResNet-50 with {weights}, by torchvision {torchvision.__version__}")


if __name__ == "__main__":
    arguments = [word for word in sys.argv[1:] if word != "--untrained"]
    if len(arguments) != 1 or arguments[0].startswith("-"):
        raise SystemExit(__doc__)
    main(arguments[0], "--untrained" in sys.argv)
