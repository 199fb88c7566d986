"""Serves the model with FastAPI: one route takes an image, the floats of the model's input, or named tensors."""

import typing

import served_model
from fastapi import Depends, FastAPI, Header, HTTPException, Request, Response

app = FastAPI()
engines = served_model.open_engines()
engine = engines[served_model.NAME]


async def body_of(request: Request):
    return await request.body()


@app.get("/healthz")
async def healthz():
    return "ok"


def answer_tensors(engine, body):
    answer, media_type = served_model.answer_tensors(engine, body)
    return Response(answer, media_type=media_type)


# Not a coroutine, so that FastAPI runs it in a thread and the event loop stays free.
@app.post("/predict")
def predict(
    body: typing.Annotated[bytes, Depends(body_of)], content_type: typing.Annotated[str, Header()] = ""
):
    try:
        if served_model.ANSWERS_TENSORS:
            return answer_tensors(engine, body)
        tensor = served_model.tensor_of_body(body, content_type)
    except served_model.InvalidInput as error:
        raise HTTPException(400, str(error)) from error
    return served_model.predictions(engine.run(tensor))


if served_model.HAS_SEVERAL_MODELS:

    @app.post("/models/{name}/predict")
    def predict_with(name: str, body: typing.Annotated[bytes, Depends(body_of)]):
        if name not in engines:
            raise HTTPException(404, f"there is no model {name}")
        try:
            return answer_tensors(engines[name], body)
        except served_model.InvalidInput as error:
            raise HTTPException(400, str(error)) from error
