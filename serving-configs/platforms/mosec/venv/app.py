"""Serves the model with Mosec: one route takes an image, the floats of the model's input, or named tensors. Options of Mosec are
those of the command line.
"""

import os

import mosec
import mosec.errors
import served_model

INSTANCES = served_model.instances_or(1)
HAS_BATCHES = served_model.MAX_BATCH > 1


def read(body):
    if served_model.ANSWERS_TENSORS:
        return served_model.read_tensors(body)
    # A worker sees the body of a request, but not its media type, so the length tells a tensor from an image.
    is_tensor = len(body) == served_model.INPUT_BYTES
    return served_model.tensor_of_floats(body) if is_tensor else served_model.tensor_of_image(body)


class Reader(mosec.Worker):
    """Reads requests for a worker that computes batches: a request that cannot be read would fail its whole batch there."""

    def deserialize(self, data):
        try:
            return read(data)
        except served_model.InvalidInput as error:
            raise mosec.errors.DecodingError(str(error)) from error

    def forward(self, data):
        return data


class Model(Reader):
    """Computes requests. Without batches, it also reads them."""

    # A worker has one media type for all answers, so the answers with named tensors are binary.
    resp_mime_type = served_model.BINARY if served_model.ANSWERS_TENSORS else served_model.JSON

    def __init__(self):
        super().__init__()
        self.engine = served_model.open_engine(os.environ.get("MODEL_FILE", served_model.CONTRACT["file"]))

    def forward(self, data):
        return self.answers(data) if HAS_BATCHES else self.answers([data])[0]

    def answers(self, inputs):
        if not served_model.ANSWERS_TENSORS:
            return [served_model.predictions(values) for values in self.engine.run_all(inputs)]
        answers = self.engine.run_all([tensors for tensors, _ in inputs])
        return [served_model.write_tensors(answer, is_binary)[0] for answer, (_, is_binary) in zip(answers, inputs)]

    def serialize(self, data):
        return data if served_model.ANSWERS_TENSORS else super().serialize(data)


# Mosec imports this file again in the processes of the workers.
if __name__ == "__main__":
    os.environ["MOSEC_MAX_REQUEST_SIZE"] = str(served_model.MAX_BODY_BYTES)
    server = mosec.Server()
    routes = {"/predict": served_model.CONTRACT["file"]}
    if served_model.HAS_SEVERAL_MODELS:
        routes = {f"/models/{name}/predict": file for name, file in served_model.model_files().items()}
    for route, file in routes.items():
        if HAS_BATCHES:
            server.append_worker(Reader, num=INSTANCES, route=route)
        server.append_worker(
            Model,
            num=INSTANCES,
            max_batch_size=served_model.MAX_BATCH,
            max_wait_time=round(1000 * served_model.BATCH_DELAY_SECONDS),
            env=INSTANCES * [{"MODEL_FILE": file}],
            route=route,
        )
    server.run()
