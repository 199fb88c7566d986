"""Serves the model with LitServe. A request is a form with the file `request`, whose media type tells a tensor from an image. For
a user's model, the body has the named tensors.

usage: app.py PORT
"""

import sys
import typing

import litserve
import served_model
from fastapi import Depends, Request, Response
from fastapi.responses import JSONResponse


class Refused:
    """What is left of a request that cannot be read, so that the others of its batch are answered."""

    def __init__(self, error):
        self.response = JSONResponse({"detail": str(error)}, 400)


class Api(litserve.LitAPI):
    file = served_model.CONTRACT["file"]

    def setup(self, device):
        self.engine = served_model.open_engine(self.file)

    def read(self, request):
        file = request["request"]
        return served_model.tensor_of_body(file.file.read(), file.content_type or "")

    def decode_request(self, request):
        try:
            return self.read(request)
        except served_model.InvalidInput as error:
            return Refused(error)

    def batch(self, inputs):
        return inputs

    def unbatch(self, outputs):
        return outputs

    def predict(self, given):
        inputs = given if isinstance(given, list) else [given]
        good = [one for one in inputs if not isinstance(one, Refused)]
        answers = iter(self.run(good) if good else [])
        outputs = [one if isinstance(one, Refused) else next(answers) for one in inputs]
        return outputs if isinstance(given, list) else outputs[0]

    def run(self, tensors):
        return self.engine.run_all(tensors)

    def encode_response(self, output):
        return output.response if isinstance(output, Refused) else self.write(output)

    def write(self, probabilities):
        return served_model.predictions(probabilities)


async def body_of(request: Request):
    return await request.body()


class TensorsApi(Api):
    # The dependency keeps the server from parsing the body as a form or as JSON.
    def decode_request(self, request: typing.Annotated[bytes, Depends(body_of)]):
        return super().decode_request(request)

    def read(self, body):
        return served_model.read_tensors(body)

    def run(self, bodies):
        answers = self.engine.run_all([tensors for tensors, _ in bodies])
        return [served_model.write_tensors(answer, is_binary) for answer, (_, is_binary) in zip(answers, bodies)]

    def write(self, answer):
        body, media_type = answer
        return Response(body, media_type=media_type)


ServedApi = TensorsApi if served_model.ANSWERS_TENSORS else Api


def create_api(path="/predict"):
    return ServedApi(
        api_path=path,
        max_batch_size=served_model.MAX_BATCH,
        batch_timeout=served_model.BATCH_DELAY_SECONDS,
    )


def create_apis():
    """The API of the model, or one for each of several."""
    if not served_model.HAS_SEVERAL_MODELS:
        return create_api()
    apis = []
    for name, file in served_model.model_files().items():
        api = create_api(f"/models/{name}/predict")
        api.file = file
        apis.append(api)
    return apis


if __name__ == "__main__":
    server = litserve.LitServer(
        create_apis(),
        accelerator="cpu",
        workers_per_device=served_model.instances_or(1),
        timeout=60,
        max_payload_size=served_model.MAX_BODY_BYTES,
    )
    server.run(
        host="127.0.0.1", port=int(sys.argv[1]), generate_client_file=False, num_api_servers=1, log_level="warning"
    )
