"""The served model as a handler for TorchServe and for Multi Model Server, whose interfaces are one. It takes an image or
the floats of the model's input, and answers the five best classes by name; or named tensors of a user's model. What it
cannot read is an exception, as with the handlers that come with the servers.
"""

import served_model

engine = None
labels = None


def infer(index, row, context):
    data = row.get("data") or row.get("body")
    if served_model.IS_USERS:
        # The front end has read a body of the type of JSON.
        answer, media_type = served_model.answer_tensors(engine, data)
        context.set_response_content_type(index, media_type)
        return answer
    # The front end does not pass a field's type on, so its length tells.
    is_tensor = len(data) == served_model.INPUT_BYTES
    read = served_model.tensor_of_floats if is_tensor else served_model.tensor_of_picture
    probabilities = engine.run(read(data))
    return {labels[best]: score for best, score in served_model.top_five(probabilities)}


def handle(data, context):
    global engine, labels
    if engine is None:
        engine = served_model.open_engine()
        labels = None if served_model.IS_USERS else served_model.labels()
    # Called once with nothing, by the loader.
    return None if data is None else [infer(index, row, context) for index, row in enumerate(data)]
