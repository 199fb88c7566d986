"""Stand-in for Triton's ONNX Runtime backend."""

import json
import os

import onnxruntime
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def initialize(self, args):
        config = json.loads(args["model_config"])
        self.inputs = [entry["name"] for entry in config["input"]]
        self.outputs = [entry["name"] for entry in config["output"]]
        file = config.get("default_model_filename") or "model.onnx"
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        path = os.path.join(args["model_repository"], args["model_version"], file)
        self.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    def respond(self, request):
        given = {name: pb_utils.get_input_tensor_by_name(request, name).as_numpy() for name in self.inputs}
        values = self.session.run(self.outputs, given)
        tensors = [pb_utils.Tensor(name, value) for name, value in zip(self.outputs, values)]
        return pb_utils.InferenceResponse(tensors)

    def execute(self, requests):
        return [self.respond(request) for request in requests]
