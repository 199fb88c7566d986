"""The served model as a model of Triton's python backend."""

import os
import sys

# The backend's interpreter is isolated: it does not look at the variable by itself.
sys.path.extend(os.environ["PYTHONPATH"].split(os.pathsep))

import triton_python_backend_utils as pb_utils  # noqa: E402
from served_model import CONTRACT, open_engine  # noqa: E402

INPUT = CONTRACT["tensors"]["input"]
OUTPUT = CONTRACT["tensors"]["output"]


class TritonPythonModel:
    def initialize(self, args):
        self.engine = open_engine()

    def execute(self, requests):
        responses = []
        for request in requests:
            tensor = pb_utils.get_input_tensor_by_name(request, INPUT).as_numpy()
            values = self.engine.run(tensor).reshape(1, -1)
            responses.append(pb_utils.InferenceResponse([pb_utils.Tensor(OUTPUT, values)]))
        return responses
