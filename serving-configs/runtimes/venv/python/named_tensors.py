"""Named tensors in a body: JSON of the Open Inference Protocol, or such JSON followed by the values as bytes. The same format
as in serving-configs/models/tensors/tensor-body.ts.
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
    """A body cannot be read. The message is for its sender."""


def _head_of(body):
    """The JSON object at the start of a body, and the offset of its end."""
    # In latin-1, one character is one byte, so that the offset counts bytes.
    text = body.decode("latin-1")
    head, end = _DECODER.raw_decode(text)
    return (head if text[:end].isascii() else json.loads(body[:end])), end


def _fp16_in_json(name):
    return Unreadable(f"tensor '{name}' has the type FP16, which JSON cannot represent")


def read(body, key):
    """Reads the arrays of a body by name, and whether they are bytes. The body may also be JSON that was parsed already."""
    try:
        head, at = (body, 0) if isinstance(body, dict) else _head_of(body)
        tensors, is_binary = {}, False
        for tensor in head[key]:
            name, shape = tensor["name"], tensor["shape"]
            dtype = DTYPES[tensor["datatype"]]
            if "data" in tensor:
                if tensor["datatype"] == "FP16":
                    raise _fp16_in_json(name)
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
    """Writes arrays by name into a body."""
    descriptions = []
    for name, values in tensors.items():
        description = {"name": name, "datatype": DATATYPES[values.dtype], "shape": values.shape}
        if is_binary:
            description["parameters"] = {"binary_data_size": values.nbytes}
        elif values.dtype == DTYPES["FP16"]:
            raise _fp16_in_json(name)
        else:
            description["data"] = values.reshape(-1).tolist()
        descriptions.append(description)
    head = json.dumps({key: descriptions}, separators=(",", ":"), allow_nan=False).encode()
    return head + b"".join(values.tobytes() for values in tensors.values()) if is_binary else head
