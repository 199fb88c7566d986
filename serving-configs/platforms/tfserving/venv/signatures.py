"""The signatures of the model that is exported for TensorFlow Serving: floats (`serving_default`), bytes of floats
(`serving_raw`) and an image (`serving_jpeg`). A user's model has only `serving_default`, with named tensors.
"""

from concurrent.futures import ThreadPoolExecutor

import monitoring
import named_tensors
import served_model

NAME = served_model.NAME
VERSION = 1
DEFAULT = "serving_default"
INPUTS = {DEFAULT: "image", "serving_raw": "raw", "serving_jpeg": "jpeg"}
OUTPUT = "probs"
# The types of a user's model's inputs, by name; None for the default model.
NAMED = None
if served_model.ANSWERS_TENSORS:
    NAMED = {spec["name"]: named_tensors.DTYPES[spec["datatype"]] for spec in served_model.CONTRACT["inputs"]}

engine = served_model.open_engine()
# Threads for both servers: the engine computes one request at a time, while the other thread reads a large body.
workers = ThreadPoolExecutor(2)


class Refused(ValueError):
    """A request is not valid; the message tells why."""


class UnknownSignature(Refused):
    pass


def input_name(signature):
    if signature not in INPUTS:
        raise UnknownSignature(f'Serving signature name: "{signature}" not found in signature def')
    return INPUTS[signature]


def check_image_shape(shape):
    if len(shape) != 4 or shape[0] != 1 or shape[3] != 3 or min(shape) < 1:
        listed = ",".join(str(size) for size in shape)
        raise Refused(f"input must be of shape [1,?,?,3] for signature {DEFAULT}, but got [{listed}]")


def run_bytes(signature, data):
    try:
        with monitoring.runtime():
            if signature == "serving_raw":
                return engine.run(served_model.tensor_of_floats(data))
            return engine.run(served_model.tensor_of_image(data))
    except served_model.InvalidInput as error:
        raise Refused(f"Invalid input: {error}") from error


def run_named(arrays):
    """Runs a user's model with named arrays as input and output."""
    try:
        served_model.demand_inputs(
            (name, named_tensors.DATATYPES[values.dtype], values.shape) for name, values in arrays.items()
        )
    except served_model.InvalidInput as error:
        raise Refused(str(error)) from error
    with monitoring.runtime():
        return engine.run(arrays)


def run_floats(tensor):
    check_image_shape(tensor.shape)
    with monitoring.runtime():
        return engine.run(tensor)
