"""The served model as a model of Triton's python backend."""

import triton_python_backend_utils as pb_utils
from served_model import CONTRACT, open_engine

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
