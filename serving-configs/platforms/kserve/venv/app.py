"""The served model behind KServe's Python server, on loopback only: the server itself listens on all interfaces and knows no
option against that.
"""

import uuid

import grpc
import kserve.model_server
import served_model
from kserve import InferOutput, InferResponse, Model, ModelServer
from kserve.errors import InvalidInput
from kserve.protocol.rest.server import RESTServer

LOOPBACK = "127.0.0.1"
INPUT = served_model.CONTRACT["tensors"]["input"]
OUTPUT = served_model.CONTRACT["tensors"]["output"]


class LoopbackRestServer(RESTServer):
    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.config.host = LOOPBACK


def keep_grpc_on_loopback():
    """The server's address is written out in the method that starts it, so the change is where it asks for the port."""
    create = grpc.aio.server

    def server(*arguments, **options):
        made = create(*arguments, **options)
        add_port = made.add_insecure_port
        made.add_insecure_port = lambda address: add_port(address.replace("[::]", LOOPBACK))
        return made

    grpc.aio.server = server


class ServedModel(Model):
    def load(self):
        self.engine = served_model.open_engine()
        self.ready = True
        return True

    def predict(self, payload, headers=None, response_headers=None):
        given = next((tensor for tensor in payload.inputs if tensor.name == INPUT), None)
        if given is None:
            raise InvalidInput(f"input '{INPUT}' is missing")
        if given.datatype != "FP32":
            raise InvalidInput(f"input '{INPUT}' has the type {given.datatype}, not FP32")
        if tuple(given.shape) != served_model.SHAPE:
            raise InvalidInput(f"input '{INPUT}' has the shape {list(given.shape)}, not {list(served_model.SHAPE)}")
        values = self.engine.run(given.as_numpy()).reshape(1, -1)
        output = InferOutput(OUTPUT, list(values.shape), "FP32")
        output.set_data_from_numpy(values, binary_data=True)
        return InferResponse(
            # Without an id the answer in JSON fails.
            payload.id or str(uuid.uuid4()),
            self.name,
            [output],
            use_binary_outputs=payload.use_binary_outputs,
            requested_outputs=payload.request_outputs,
        )


if __name__ == "__main__":
    kserve.model_server.RESTServer = LoopbackRestServer
    keep_grpc_on_loopback()
    model = ServedModel(served_model.NAME)
    model.load()
    ModelServer().start([model])
