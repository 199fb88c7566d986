"""Serves the model in Triton's python backend."""

import os
import sys

# The interpreter of the backend is isolated and ignores this variable.
sys.path.extend(os.environ["PYTHONPATH"].split(os.pathsep))

import triton_python_backend_utils as pb_utils  # noqa: E402
from served_model import CONTRACT, model_files, open_engine, run_named  # noqa: E402

INPUTS = [spec["name"] for spec in CONTRACT["inputs"]]


class TritonPythonModel:
    def initialize(self, args):
        self.engine = open_engine(model_files()[args["model_name"]])

    def execute(self, requests):
        inputs = [
            {name: pb_utils.get_input_tensor_by_name(request, name).as_numpy() for name in INPUTS} for request in requests
        ]
        return [
            pb_utils.InferenceResponse([pb_utils.Tensor(*output) for output in answer.items()])
            for answer in run_named(self.engine, inputs)
        ]
