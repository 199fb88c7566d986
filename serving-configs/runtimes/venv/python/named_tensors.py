"""Named tensors as a body: JSON of the Open Inference Protocol, or such JSON followed by the values as bytes; as
serving-configs/models/tensors/tensor-body.ts has it.
"""

import json

import numpy as np

DTYPES = {
    "FP32": np.dtype("<f4"),
    "FP16": np.dtype("<f2"),
    "INT64": np.dtype("<i8"),
    "INT32": np.dtype("<i4"),
    "UINT8": np.dtype("u1"),
    "BOOL": np.dtype("?"),
}
DATATYPES = {dtype: name for name, dtype in DTYPES.items()}

_DECODER = json.JSONDecoder()


class Unreadable(ValueError):
    """Says what is wrong with a body, in words for who sent it."""


def _head_of(body):
    """The JSON object that a body begins with, and where it ends."""
    # A character a byte, so that the end is that of the bytes.
    text = body.decode("latin-1")
    head, end = _DECODER.raw_decode(text)
    return (head if text[:end].isascii() else json.loads(body[:end])), end


def _no_json(name):
    return Unreadable(f"tensor '{name}' has the type FP16, which JSON cannot represent")


def read(body, key):
    """Arrays by name of a body, whose JSON may have been read before, and whether they came as bytes."""
    try:
        head, at = (body, 0) if isinstance(body, dict) else _head_of(body)
        tensors, is_binary = {}, False
        for tensor in head[key]:
            name, shape = tensor["name"], tensor["shape"]
            dtype = DTYPES[tensor["datatype"]]
            if "data" in tensor:
                if tensor["datatype"] == "FP16":
                    raise _no_json(name)
                values = np.array(tensor["data"], dtype)
            else:
                size = tensor["parameters"]["binary_data_size"]
                values = np.frombuffer(body[at : at + size], dtype)
                at += size
                is_binary = True
            tensors[name] = values.reshape(shape)
    except Unreadable:
        raise
    except (ValueError, TypeError, LookupError, OverflowError) as error:
        raise Unreadable(f"the body has no named tensors: {type(error).__name__}: {error}") from error
    return tensors, is_binary


def write(tensors, key, is_binary):
    """The body with arrays by name."""
    listed = []
    for name, values in tensors.items():
        told = {"name": name, "datatype": DATATYPES[values.dtype], "shape": values.shape}
        if is_binary:
            told["parameters"] = {"binary_data_size": values.nbytes}
        elif values.dtype == DTYPES["FP16"]:
            raise _no_json(name)
        else:
            told["data"] = values.reshape(-1).tolist()
        listed.append(told)
    head = json.dumps({key: listed}, separators=(",", ":"), allow_nan=False).encode()
    return head + b"".join(values.tobytes() for values in tensors.values()) if is_binary else head
