"""Serves the model as a handler of TorchServe and of Multi Model Server, which have the same interface. It takes an image or
the floats of the model's input and answers the five best classes by name, or takes and answers named tensors of a user's model.
Like the handlers of the servers, it raises an exception for an input that it cannot read.
"""

import served_model

engine = None
labels = None


def infer(index, row, context):
    data = row.get("data") or row.get("body")
    if served_model.ANSWERS_TENSORS:
        # `data` may be parsed JSON, because the front end parses bodies with this media type.
        answer, media_type = served_model.answer_tensors(engine, data)
        context.set_response_content_type(index, media_type)
        return answer
    # The front end does not pass on the media type of a field, so the length tells a tensor from an image.
    is_tensor = len(data) == served_model.INPUT_BYTES
    read = served_model.tensor_of_floats if is_tensor else served_model.tensor_of_image
    probabilities = engine.run(read(data))
    return {labels[best]: score for best, score in served_model.top_five(probabilities)}


def handle(data, context):
    global engine, labels
    if engine is None:
        engine = served_model.open_engine()
        labels = None if served_model.ANSWERS_TENSORS else served_model.labels()
    # The loader calls it once without data.
    return None if data is None else [infer(index, row, context) for index, row in enumerate(data)]
