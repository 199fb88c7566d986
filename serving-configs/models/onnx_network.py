"""Reads the ONNX file of a convolutional classifier with only NumPy, for the scripts that convert it to other formats.

Source of the field numbers: github.com/onnx/onnx, onnx/onnx.proto3.
"""

import struct
from dataclasses import dataclass, field

import numpy as np

FLOAT, INT64 = 1, 7
VARINT, EIGHT_BYTES, LENGTH, FOUR_BYTES = 0, 1, 2, 5


@dataclass
class Node:
    op: str = ""
    inputs: list = field(default_factory=list)
    output: str = ""
    attributes: dict = field(default_factory=dict)


@dataclass
class Network:
    """A network with its nodes in order of computation and its constants by name. None in the shape is an open dimension."""

    nodes: list
    constants: dict
    input: str
    input_shape: list
    output: str


def _varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7


def _signed(value):
    return value - (1 << 64) if value >= 1 << 63 else value


def _fields(data):
    """Yields the number and the value of each field of a message. A value is a number or a view of bytes."""
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        number, kind = tag >> 3, tag & 7
        if kind == VARINT:
            value, at = _varint(data, at)
        elif kind == LENGTH:
            length, at = _varint(data, at)
            value, at = data[at : at + length], at + length
        elif kind in (EIGHT_BYTES, FOUR_BYTES):
            length = 8 if kind == EIGHT_BYTES else 4
            value, at = data[at : at + length], at + length
        else:
            raise ValueError(f"a field of kind {kind}, which no ONNX file has")
        yield number, value


def _text(view):
    return bytes(view).decode()


def _numbers(value):
    """The values of a repeated integer field, which may be packed."""
    if isinstance(value, int):
        return [_signed(value)]
    numbers, at = [], 0
    while at < len(value):
        number, at = _varint(value, at)
        numbers.append(_signed(number))
    return numbers


def _tensor(data):
    name, dims, kind, raw, floats, longs = "", [], 0, b"", [], []
    for number, value in _fields(data):
        if number == 1:
            dims += _numbers(value)
        elif number == 2:
            kind = value
        elif number == 4:
            floats += struct.unpack(f"<{len(value) // 4}f", value)
        elif number == 7:
            longs += _numbers(value)
        elif number == 8:
            name = _text(value)
        elif number == 9:
            raw = value
        elif number == 14 and value != 0:
            raise ValueError("its weights lie in another file; let build.ts make it")
    if kind not in (FLOAT, INT64):
        raise ValueError(f'the constant "{name}" is of type {kind}, not 32-bit float or 64-bit integer')
    dtype = np.dtype("<f4" if kind == FLOAT else "<i8")
    values = np.frombuffer(raw, dtype) if len(raw) else np.array(floats or longs, dtype)
    return name, values.reshape(dims)


def _attribute(data):
    name, result, ints = "", None, []
    for number, value in _fields(data):
        if number == 1:
            name = _text(value)
        elif number == 2:
            (result,) = struct.unpack("<f", value)
        elif number == 3:
            result = _signed(value)
        elif number == 4:
            result = _text(value)
        elif number == 5:
            result = _tensor(value)[1]
        elif number == 8:
            ints += _numbers(value)
    return name, ints if result is None else result


def _node(data):
    node = Node()
    for number, value in _fields(data):
        if number == 1:
            node.inputs.append(_text(value))
        elif number == 2:
            node.output = _text(value)
        elif number == 4:
            node.op = _text(value)
        elif number == 5:
            name, attribute = _attribute(value)
            node.attributes[name] = attribute
    return node


def _only(data, number):
    """The last value of a field; empty if there is none."""
    found = [value for at, value in _fields(data) if at == number]
    return found[-1] if found else b""


def _info(data):
    dims = []
    for number, value in _fields(_only(_only(_only(data, 2), 1), 2)):
        if number == 1:
            dims.append(_only(value, 1) or None)
    return _text(_only(data, 1)), dims


def read(file):
    """Reads an ONNX file with one input and one output. Raises ValueError if it is not one."""
    with open(file, "rb") as opened:
        data = memoryview(opened.read())
    nodes, constants, inputs, outputs = [], {}, [], []
    for number, value in _fields(_only(data, 7)):
        if number == 1:
            nodes.append(_node(value))
        elif number == 5:
            name, values = _tensor(value)
            constants[name] = values
        elif number == 11:
            inputs.append(_info(value))
        elif number == 12:
            outputs.append(_info(value))
    inputs = [info for info in inputs if info[0] not in constants]
    if len(inputs) != 1 or len(outputs) != 1:
        raise ValueError(f"{file} has {len(inputs)} inputs and {len(outputs)} outputs, not one of each")
    for node in [node for node in nodes if node.op == "Constant"]:
        constants[node.output] = node.attributes["value"]
        nodes.remove(node)
    return Network(nodes, constants, *inputs[0], outputs[0][0])


def pads_of(node):
    """The padding of a convolution or pooling: top, left, bottom, right."""
    if node.attributes.get("auto_pad", "NOTSET") not in ("NOTSET", "VALID"):
        raise ValueError(f"{node.op} pads by itself; explicit pads are needed")
    if any(step != 1 for step in node.attributes.get("dilations", [])) or node.attributes.get("ceil_mode", 0):
        raise ValueError(f"{node.op} is dilated or rounds up, which is not supported")
    return node.attributes.get("pads", [0, 0, 0, 0])


def gemm_weight(node, weight):
    """The matrix that multiplies a row of features from the right."""
    plain = {"transA": 0, "alpha": 1.0, "beta": 1.0}
    if any(node.attributes.get(name, value) != value for name, value in plain.items()):
        raise ValueError("Gemm scales or transposes its input, which is not supported")
    return weight.T if node.attributes.get("transB", 0) else weight


def unsupported(node):
    return ValueError(f"the operator {node.op} is not supported")


def shape_of(image):
    """The shape of an image's input."""
    size = [image["height"], image["width"]]
    return [1, 3, *size] if image["layout"] == "NCHW" else [1, *size, 3]
