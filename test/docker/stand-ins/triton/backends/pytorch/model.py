"""Stand-in for Triton's PyTorch backend: TorchScript, whose inputs and outputs have positions (`INPUT__0`), not names."""

import json
import os

import numpy as np
import torch
import triton_python_backend_utils as pb_utils


def by_position(entries):
    return sorted((entry["name"] for entry in entries), key=lambda name: int(name.rsplit("__", 1)[1]))


class TritonPythonModel:
    def initialize(self, args):
        config = json.loads(args["model_config"])
        self.inputs = by_position(config["input"])
        self.outputs = by_position(config["output"])
        file = config.get("default_model_filename") or "model.pt"
        torch.set_num_threads(1)
        path = os.path.join(args["model_repository"], args["model_version"], file)
        self.module = torch.jit.load(path, map_location="cpu").eval()

    def respond(self, request):
        given = [
            torch.from_numpy(np.array(pb_utils.get_input_tensor_by_name(request, name).as_numpy()))
            for name in self.inputs
        ]
        with torch.inference_mode():
            values = self.module(*given)
        values = [values] if torch.is_tensor(values) else values
        tensors = [pb_utils.Tensor(name, value.numpy()) for name, value in zip(self.outputs, values)]
        return pb_utils.InferenceResponse(tensors)

    def execute(self, requests):
        return [self.respond(request) for request in requests]
