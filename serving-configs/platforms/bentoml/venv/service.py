"""Serves the model with BentoML: one route for images, and one for the floats of the model's input or for named tensors. Both
take the raw body.
"""

from __future__ import annotations

import pathlib
import typing

import bentoml
import served_model
from starlette.responses import Response

ImageFile = typing.Annotated[pathlib.Path, bentoml.validators.ContentType("image/jpeg")]
Floats = typing.Annotated[pathlib.Path, bentoml.validators.ContentType("application/octet-stream")]


WORKERS = served_model.instances_or(1)
TIMEOUT_SECONDS = 60


class Model:
    """Computes in the process of the API."""

    def __init__(self):
        self.engines = served_model.open_engines()
        self.engine = self.engines[served_model.NAME]

    def run(self, given):
        return self.engine.run_all([given])[0]


if served_model.MAX_BATCH > 1:
    from _bentoml_impl.client import proxy2

    # After every 100 requests, BentoML would close its connections to another service, also those that wait for an answer.
    proxy2.SessionManager._should_refresh = lambda self: False

    # Only a list can be batched, and a request has one input: the API passes it on to a service of its own.
    @bentoml.service(name="model", workers=WORKERS, threads=1, traffic={"timeout": TIMEOUT_SECONDS})
    class BatchedModel(Model):
        @bentoml.api(batchable=True, max_batch_size=served_model.MAX_BATCH, max_latency_ms=1000 * TIMEOUT_SECONDS)
        def run(self, inputs: list[typing.Any]) -> list[typing.Any]:
            return self.engine.run_all(inputs)


@bentoml.service(
    workers=1 if served_model.MAX_BATCH > 1 else WORKERS,
    threads=2 * WORKERS * served_model.MAX_BATCH if served_model.MAX_BATCH > 1 else 1,
    traffic={"timeout": TIMEOUT_SECONDS},
)
class ResNet50:
    if served_model.MAX_BATCH > 1:
        model = bentoml.depends(BatchedModel)

    def __init__(self):
        if served_model.MAX_BATCH == 1:
            self.model = Model()

    def run(self, given):
        if served_model.MAX_BATCH == 1:
            return self.model.run(given)
        return self.model.run([given])[0]

    def answer(self, read, data):
        try:
            if served_model.ANSWERS_TENSORS:
                answer, media_type = served_model.answer_tensors(self, data)
                return Response(answer, media_type=media_type)
            tensor = read(data)
        except served_model.InvalidInput as error:
            raise bentoml.exceptions.InvalidArgument(str(error)) from error
        return served_model.predictions(self.run(tensor))

    @bentoml.api(route="/predict")
    def predict(self, image: ImageFile, /) -> dict:
        return self.answer(served_model.tensor_of_image, image.read_bytes())

    @bentoml.api(route="/predict_tensor")
    def predict_tensor(self, floats: Floats, /) -> dict:
        return self.answer(served_model.tensor_of_floats, floats.read_bytes())

    if served_model.HAS_SEVERAL_MODELS:

        @bentoml.api(route="/predict_with")
        def predict_with(self, tensors: Floats, /, ctx: bentoml.Context) -> dict:
            name = ctx.request.headers.get("model", "")
            if name not in self.model.engines:
                raise bentoml.exceptions.NotFound(f"there is no model {name}")
            try:
                answer, media_type = served_model.answer_tensors(self.model.engines[name], tensors.read_bytes())
            except served_model.InvalidInput as error:
                raise bentoml.exceptions.InvalidArgument(str(error)) from error
            return Response(answer, media_type=media_type)
