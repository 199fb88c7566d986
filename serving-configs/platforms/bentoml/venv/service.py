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


@bentoml.service(workers=1, threads=1, traffic={"timeout": 60})
class ResNet50:
    def __init__(self):
        self.engine = served_model.open_engine()

    def answer(self, read, data):
        try:
            if served_model.ANSWERS_TENSORS:
                answer, media_type = served_model.answer_tensors(self.engine, data)
                return Response(answer, media_type=media_type)
            tensor = read(data)
        except served_model.InvalidInput as error:
            raise bentoml.exceptions.InvalidArgument(str(error)) from error
        best = served_model.top_five(self.engine.run(tensor))
        return {"predictions": [{"class": index, "score": score} for index, score in best]}

    @bentoml.api(route="/predict")
    def predict(self, image: ImageFile, /) -> dict:
        return self.answer(served_model.tensor_of_image, image.read_bytes())

    @bentoml.api(route="/predict_tensor")
    def predict_tensor(self, floats: Floats, /) -> dict:
        return self.answer(served_model.tensor_of_floats, floats.read_bytes())
