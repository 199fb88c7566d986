"""The served model behind Flask: an image, or the floats of the model's input, to one route."""

from flask import Flask, jsonify, request

import served_model

MAX_BODY_BYTES = 20 * 2**20

app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
engine = served_model.open_engine()


@app.get("/healthz")
def healthz():
    return "ok"


@app.post("/predict")
def predict():
    is_tensor = request.mimetype == "application/octet-stream"
    read = served_model.tensor_of_floats if is_tensor else served_model.tensor_of_picture
    try:
        tensor = read(request.get_data())
    except served_model.InvalidInput as error:
        return jsonify(error=str(error)), 400
    best = served_model.top_five(engine.run(tensor))
    return jsonify(predictions=[{"class": index, "score": score} for index, score in best])
