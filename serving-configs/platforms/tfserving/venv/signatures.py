"""The signatures of the model that is exported for TensorFlow Serving, on the served model: floats (`serving_default`), their
bytes (`serving_raw`) and an image (`serving_jpeg`); or `serving_default` of a user's model, whose tensors have names.
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
# Of a user's model its inputs, by name with their types; None of ours.
NAMED = None
if served_model.IS_USERS:
    NAMED = {spec["name"]: named_tensors.DTYPES[spec["datatype"]] for spec in served_model.CONTRACT["inputs"]}

engine = served_model.open_engine()
# Both servers work here; the engine computes for one at a time, while the other one reads a large body.
workers = ThreadPoolExecutor(2)


class Refused(ValueError):
    """Says what is wrong with a request."""


class UnknownSignature(Refused):
    pass


def input_name(signature):
    if signature not in INPUTS:
        raise UnknownSignature(f'Serving signature name: "{signature}" not found in signature def')
    return INPUTS[signature]


def check_picture_shape(shape):
    if len(shape) != 4 or shape[0] != 1 or shape[3] != 3 or min(shape) < 1:
        listed = ",".join(str(size) for size in shape)
        raise Refused(f"input must be of shape [1,?,?,3] for signature {DEFAULT}, but got [{listed}]")


def run_bytes(signature, data):
    try:
        with monitoring.runtime():
            if signature == "serving_raw":
                return engine.run(served_model.tensor_of_floats(data))
            return engine.run(served_model.tensor_of_picture(data))
    except served_model.InvalidInput as error:
        raise Refused(f"Invalid input: {error}") from error


def run_named(arrays):
    """Named arrays in, named arrays out."""
    try:
        served_model.demand_inputs(
            (name, named_tensors.DATATYPES[values.dtype], values.shape) for name, values in arrays.items()
        )
    except served_model.InvalidInput as error:
        raise Refused(str(error)) from error
    with monitoring.runtime():
        return engine.run(arrays)


def run_floats(tensor):
    check_picture_shape(tensor.shape)
    with monitoring.runtime():
        return engine.run(tensor)
