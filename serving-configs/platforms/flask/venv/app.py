"""Serves the model with Flask: one route takes an image, the floats of the model's input, or named tensors."""

from flask import Flask, Response, jsonify, request

import served_model

app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = served_model.MAX_BODY_BYTES
engine = served_model.open_engine()


@app.get("/healthz")
def healthz():
    return "ok"


@app.post("/predict")
def predict():
    try:
        if served_model.ANSWERS_TENSORS:
            answer, media_type = served_model.answer_tensors(engine, request.get_data())
            return Response(answer, mimetype=media_type)
        tensor = served_model.tensor_of_body(request.get_data(), request.mimetype)
    except served_model.InvalidInput as error:
        return jsonify(error=str(error)), 400
    return jsonify(served_model.predictions(engine.run(tensor)))
