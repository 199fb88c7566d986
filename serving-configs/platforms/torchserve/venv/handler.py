"""Serves the model as a handler of TorchServe and of Multi Model Server, which have the same interface. It takes an image or
the floats of the model's input and answers the five best classes by name, or takes and answers named tensors of a user's model.
Like the handlers of the servers, it raises an exception for an input that it cannot read.
"""

import served_model

engine = None
labels = None


def answer_named(rows, context):
    # A body may be parsed JSON, because the front end parses bodies with this media type.
    bodies = [served_model.read_tensors(body) for body in rows]
    answers = engine.run_all([tensors for tensors, _ in bodies])
    for index, (answer, (_, is_binary)) in enumerate(zip(answers, bodies)):
        body, media_type = served_model.write_tensors(answer, is_binary)
        context.set_response_content_type(index, media_type)
        yield body


def answer_classes(rows):
    # The front end does not pass on the media type of a field, so the length tells a tensor from an image.
    tensors = [
        served_model.tensor_of_floats(row)
        if len(row) == served_model.INPUT_BYTES
        else served_model.tensor_of_image(row)
        for row in rows
    ]
    for probabilities in engine.run_all(tensors):
        yield {labels[best]: score for best, score in served_model.top_five(probabilities)}


def infer(data, context):
    rows = [row.get("data") or row.get("body") for row in data]
    return list(answer_named(rows, context) if served_model.ANSWERS_TENSORS else answer_classes(rows))


def handle(data, context):
    global engine, labels
    if engine is None:
        engine = served_model.open_engine(served_model.model_files()[context.model_name])
        labels = None if served_model.ANSWERS_TENSORS else served_model.labels()
    # The loader calls it once without data.
    return None if data is None else infer(data, context)
