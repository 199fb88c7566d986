"""Serves the model as a custom runtime of MLServer."""

import served_model
from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.errors import InferenceError
from mlserver.types import InferenceResponse


def encode(name, values):
    output = NumpyCodec.encode_output(name, values)
    # The codec adds a second dimension to a list of values.
    output.shape = list(values.shape)
    return output


class OnnxModel(MLModel):
    async def load(self):
        self.engine = served_model.open_engine(served_model.model_files()[self.name])
        return True

    async def predict(self, payload):
        try:
            served_model.demand_inputs((given.name, given.datatype, given.shape) for given in payload.inputs)
        except served_model.InvalidInput as error:
            raise InferenceError(str(error)) from error
        tensors = {given.name: NumpyCodec.decode_input(given) for given in payload.inputs}
        (answer,) = served_model.run_named(self.engine, [tensors])
        return InferenceResponse(
            model_name=self.name,
            model_version=self.version,
            id=payload.id,
            outputs=[encode(*output) for output in answer.items()],
        )
