"""Serves the model with Flask: one route takes an image, the floats of the model's input, or named tensors."""

from flask import Flask, Response, abort, jsonify, request

import served_model

app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = served_model.MAX_BODY_BYTES
engines = served_model.open_engines()
engine = engines[served_model.NAME]


@app.get("/healthz")
def healthz():
    return "ok"


def answer_tensors(engine):
    answer, media_type = served_model.answer_tensors(engine, request.get_data())
    return Response(answer, mimetype=media_type)


@app.post("/predict")
def predict():
    try:
        if served_model.ANSWERS_TENSORS:
            return answer_tensors(engine)
        tensor = served_model.tensor_of_body(request.get_data(), request.mimetype)
    except served_model.InvalidInput as error:
        return jsonify(error=str(error)), 400
    return jsonify(served_model.predictions(engine.run(tensor)))


if served_model.HAS_SEVERAL_MODELS:

    def engine_of(name):
        if name in engines:
            return engines[name]
        return abort(Response(f"there is no model {name}", 404, mimetype="text/plain"))

    @app.get("/models")
    def models():
        return jsonify(models=list(engines))

    @app.get("/models/<name>")
    def ready(name):
        engine_of(name)
        return "ready"

    @app.put("/models/<name>")
    def load(name):
        try:
            engines[name] = served_model.open_engine(served_model.model_files()[name])
        except Exception as error:
            return jsonify(error=str(error)), 400
        return "loaded"

    @app.delete("/models/<name>")
    def unload(name):
        engine_of(name)
        del engines[name]
        return "unloaded"

    @app.post("/models/<name>/predict")
    def predict_with(name):
        try:
            return answer_tensors(engine_of(name))
        except served_model.InvalidInput as error:
            return jsonify(error=str(error)), 400
