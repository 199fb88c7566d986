"""Serves the model with KServe's Python server on loopback only. The server listens on all interfaces and has no option for
that.
"""

import uuid

import grpc
import kserve.model_server
import served_model
from kserve import InferOutput, InferResponse, Model, ModelRepository, ModelServer
from kserve.errors import InvalidInput
from kserve.protocol.rest.server import RESTServer
from kserve.utils.numpy_codec import from_np_dtype

LOOPBACK = "127.0.0.1"


class LoopbackRestServer(RESTServer):
    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.config.host = LOOPBACK


def keep_grpc_on_loopback():
    """The method that starts the server has a fixed address, so it is replaced where the port is added."""
    create_server = grpc.aio.server

    def create_loopback_server(*arguments, **options):
        server = create_server(*arguments, **options)
        add_port = server.add_insecure_port
        server.add_insecure_port = lambda address: add_port(address.replace("[::]", LOOPBACK))
        return server

    grpc.aio.server = create_loopback_server


def encode(name, values):
    output = InferOutput(name, list(values.shape), from_np_dtype(values.dtype))
    output.set_data_from_numpy(values, binary_data=True)
    return output


def described(which):
    return [{key: spec[key] for key in ("name", "datatype", "shape")} for spec in served_model.CONTRACT[which]]


class ServedModel(Model):
    def load(self):
        self.engine = served_model.open_engine(served_model.model_files()[self.name])
        self.ready = True
        return True

    def get_input_types(self):
        return described("inputs")

    def get_output_types(self):
        return described("outputs")

    def predict(self, payload, headers=None, response_headers=None):
        try:
            served_model.demand_inputs((given.name, given.datatype, given.shape) for given in payload.inputs)
        except served_model.InvalidInput as error:
            raise InvalidInput(str(error)) from error
        (answer,) = served_model.run_named(self.engine, [{given.name: given.as_numpy() for given in payload.inputs}])
        return InferResponse(
            # Without an id, a JSON answer fails.
            payload.id or str(uuid.uuid4()),
            self.name,
            [encode(*output) for output in answer.items()],
            use_binary_outputs=payload.use_binary_outputs,
            requested_outputs=payload.request_outputs,
        )


class Models(ModelRepository):
    """Loads models for the API of the server, which does nothing by itself. It calls this in the event loop that also answers."""

    def load(self, name):
        model = ServedModel(name)
        model.load()
        self.update(model)


if __name__ == "__main__":
    kserve.model_server.RESTServer = LoopbackRestServer
    keep_grpc_on_loopback()
    model = ServedModel(served_model.NAME)
    model.load()
    ModelServer(registered_models=Models()).start([model])
