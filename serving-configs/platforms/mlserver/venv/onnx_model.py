"""The served model as a runtime of MLServer."""

import served_model
from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.errors import InferenceError
from mlserver.types import InferenceResponse

INPUT = served_model.CONTRACT["tensors"]["input"]
OUTPUT = served_model.CONTRACT["tensors"]["output"]


class OnnxModel(MLModel):
    async def load(self):
        self.engine = served_model.open_engine()
        return True

    async def predict(self, payload):
        given = next((tensor for tensor in payload.inputs if tensor.name == INPUT), None)
        if given is None:
            raise InferenceError(f"input '{INPUT}' is missing")
        if given.datatype != "FP32":
            raise InferenceError(f"input '{INPUT}' has the type {given.datatype}, not FP32")
        if tuple(given.shape) != served_model.SHAPE:
            raise InferenceError(f"input '{INPUT}' has the shape {given.shape}, not {list(served_model.SHAPE)}")
        values = self.engine.run(NumpyCodec.decode_input(given)).reshape(1, -1)
        return InferenceResponse(
            model_name=self.name,
            model_version=self.version,
            id=payload.id,
            outputs=[NumpyCodec.encode_output(OUTPUT, values)],
        )
