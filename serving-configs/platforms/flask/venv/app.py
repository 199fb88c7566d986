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
    is_tensor = request.mimetype == "application/octet-stream"
    read = served_model.tensor_of_floats if is_tensor else served_model.tensor_of_image
    try:
        if served_model.ANSWERS_TENSORS:
            answer, media_type = served_model.answer_tensors(engine, request.get_data())
            return Response(answer, mimetype=media_type)
        tensor = read(request.get_data())
    except served_model.InvalidInput as error:
        return jsonify(error=str(error)), 400
    best = served_model.top_five(engine.run(tensor))
    return jsonify(predictions=[{"class": index, "score": score} for index, score in best])
