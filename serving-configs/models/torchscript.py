"""Writes an ONNX classifier as TorchScript: the same network, with the weights of the file.

usage: torchscript.py MODEL.onnx OUT.pt IMAGE      (IMAGE is JSON that says how an image becomes the input)
"""

import json
import os
import sys

sys.dont_write_bytecode = True

import torch
import torch.nn.functional as F

import onnx_network


class Classifier(torch.nn.Module):
    """Computes the nodes of the file one after the other. Weights are buffers, which follow the module to a GPU."""

    def __init__(self, network):
        super().__init__()
        self.network = network
        self.weights = {}
        for index, (name, values) in enumerate(network.constants.items()):
            self.weights[name] = f"weight{index}"
            self.register_buffer(f"weight{index}", torch.from_numpy(values.copy()))

    def forward(self, x):
        known = {self.network.input: x}
        for node in self.network.nodes:
            given = [
                getattr(self, self.weights[name]) if name in self.weights else known.get(name) for name in node.inputs
            ]
            known[node.output] = self.compute(node, *given)
        return known[self.network.output]

    def compute(self, node, x, *rest):
        op, attributes = node.op, node.attributes
        if op == "Conv":
            x, padding = padded(node, x, 0.0)
            bias = rest[1] if len(rest) > 1 else None
            return F.conv2d(x, rest[0], bias, attributes.get("strides", 1), padding, 1, attributes.get("group", 1))
        if op == "MaxPool":
            x, padding = padded(node, x, float("-inf"))
            return F.max_pool2d(x, attributes["kernel_shape"], attributes.get("strides"), padding)
        if op == "Clip":
            # The bounds are numbers of the network, not weights.
            low, high = (self.network.constants[name].item() for name in node.inputs[1:])
            return torch.clamp(x, low, high)
        if op == "Gemm":
            weight = onnx_network.gemm_weight(node, rest[0])
            return torch.matmul(x, weight) + rest[1]
        simple = {
            "Relu": lambda: F.relu(x),
            "Add": lambda: x + rest[0],
            "Mul": lambda: x * rest[0],
            "GlobalAveragePool": lambda: x.mean((2, 3), keepdim=True),
            "Flatten": lambda: torch.flatten(x, attributes.get("axis", 1)),
            "Transpose": lambda: x.permute(attributes["perm"]),
            "Softmax": lambda: F.softmax(x, attributes.get("axis", -1)),
            "Identity": lambda: x,
        }
        if op not in simple:
            raise onnx_network.unsupported(node)
        return simple[op]()


def padded(node, x, value):
    """The input and the padding for the operator. The operator pads only symmetrically, so other padding is applied to the input."""
    top, left, bottom, right = onnx_network.pads_of(node)
    if top == bottom and left == right:
        return x, (top, left)
    return F.pad(x, (left, right, top, bottom), value=value), 0


def main(source, target, image):
    network = onnx_network.read(source)
    module = Classifier(network).eval()
    shape = onnx_network.shape_of(json.loads(image))
    os.makedirs(os.path.dirname(target) or ".", exist_ok=True)
    unfinished = f"{target}.unfinished"
    with torch.no_grad():
        torch.jit.trace(module, torch.zeros(shape)).save(unfinished)
        # Load the result. It must give the same answers to other images, alone and in a batch.
        first = torch.linspace(-2, 2, shape[1] * shape[2] * shape[3]).reshape(shape)
        second = -first
        loaded = torch.jit.load(unfinished)
        alone = torch.cat([module(first), module(second)])
        answers = [torch.cat([loaded(first), loaded(second)]), loaded(torch.cat([first, second]))]
        difference = max((answer - alone).abs().max().item() for answer in answers)
    if not difference <= 1e-4:
        raise SystemExit(f"error: the file computes something else, by {difference}")
    os.replace(unfinished, target)
    print(f"PyTorch {torch.__version__}")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    try:
        main(*sys.argv[1:])
    except (OSError, ValueError) as problem:
        raise SystemExit(f"error: {sys.argv[1]} to {sys.argv[2]}: {problem}")
