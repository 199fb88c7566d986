"""The served model as a handler for TorchServe and for Multi Model Server, whose interfaces are one. It takes an image or
the floats of the model's input, and answers the five best classes by name. What it cannot read is an exception, as with
the handlers that come with the servers.
"""

import served_model

engine = None
labels = None


def infer(row):
    data = row.get("data") or row.get("body")
    # The front end does not pass a field's type on, so its length tells.
    is_tensor = len(data) == served_model.INPUT_BYTES
    read = served_model.tensor_of_floats if is_tensor else served_model.tensor_of_picture
    probabilities = engine.run(read(data))
    return {labels[index]: score for index, score in served_model.top_five(probabilities)}


def handle(data, _context):
    global engine, labels
    if engine is None:
        engine = served_model.open_engine()
        labels = served_model.labels()
    # Called once with nothing, by the loader.
    return None if data is None else [infer(row) for row in data]
