"""Serves the model with LitServe. A request is a form with the file `request`, whose media type tells a tensor from an image. For
a user's model, the body has the named tensors.

usage: app.py PORT
"""

import sys
import typing

import litserve
import served_model
from fastapi import Depends, HTTPException, Request, Response


class Api(litserve.LitAPI):
    def setup(self, device):
        self.engine = served_model.open_engine()

    def decode_request(self, request):
        file = request["request"]
        is_tensor = file.content_type == "application/octet-stream"
        read = served_model.tensor_of_floats if is_tensor else served_model.tensor_of_image
        try:
            return read(file.file.read())
        except served_model.InvalidInput as error:
            raise HTTPException(400, str(error)) from error

    def predict(self, tensor):
        return self.engine.run(tensor)

    def encode_response(self, probabilities):
        best = served_model.top_five(probabilities)
        return {"predictions": [{"class": index, "score": score} for index, score in best]}


async def body_of(request: Request):
    return await request.body()


class TensorsApi(Api):
    # The dependency keeps the server from parsing the body as a form or as JSON.
    def decode_request(self, request: typing.Annotated[bytes, Depends(body_of)]):
        return request

    def predict(self, body):
        try:
            return served_model.answer_tensors(self.engine, body)
        except served_model.InvalidInput as error:
            raise HTTPException(400, str(error)) from error

    def encode_response(self, answer):
        body, media_type = answer
        return Response(body, media_type=media_type)


ServedApi = TensorsApi if served_model.ANSWERS_TENSORS else Api

if __name__ == "__main__":
    server = litserve.LitServer(
        ServedApi(api_path="/predict"),
        accelerator="cpu",
        workers_per_device=1,
        timeout=60,
        max_payload_size=served_model.MAX_BODY_BYTES,
    )
    server.run(
        host="127.0.0.1", port=int(sys.argv[1]), generate_client_file=False, num_api_servers=1, log_level="warning"
    )
