"""Reads the tensors of a state_dict that torch.save wrote, without PyTorch, and runs nothing in the file.

    python3 state_dict.py FILE OUTPUT

OUTPUT gets a line of JSON, [[name, shape], …], and then the values of these tensors, row by row, as little-endian 32-bit floats.
Tensors of integers, which count training steps, are left out. If FILE cannot be used, prints why, and writes nothing.
"""

import collections
import json
import math
import pickle
import sys
import zipfile


class Unusable(Exception):
    """FILE holds no state_dict of 32-bit floats."""


class Storage:
    """The memory that tensors share."""

    def __init__(self, item_bytes, length):
        self.item_bytes = item_bytes
        self.length = length
        self.values = b""

    def fill(self, key, values):
        if len(values) != self.length * self.item_bytes:
            raise Unusable(f"the storage {key} does not have its {self.length} values: the file is cut off or damaged")
        self.values = values


FLOATS, INTEGERS = 4, 8

Tensor = collections.namedtuple("Tensor", "storage start shape strides")


def tensor(storage, start, shape, strides, *_):
    """Stands for torch._utils._rebuild_tensor_v2."""
    counts = [start, *shape, *strides]
    if not isinstance(storage, Storage) or len(shape) != len(strides) or not all(type(n) is int and n >= 0 for n in counts):
        raise Unusable("a tensor is described in an unknown way")
    last = start + sum((size - 1) * stride for size, stride in zip(shape, strides))
    if math.prod(shape) > storage.length or last >= storage.length:
        raise Unusable(f"a tensor {list(shape)} does not lie in its storage")
    return Tensor(storage, start, shape, strides)


GLOBALS = {
    ("collections", "OrderedDict"): collections.OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): tensor,
    # A parameter is a tensor with facts about its training.
    ("torch._utils", "_rebuild_parameter"): lambda data, *_: data,
    ("torch", "FloatStorage"): FLOATS,
    ("torch", "LongStorage"): INTEGERS,
}


class Unpickler(pickle.Unpickler):
    """Knows only the names in a dictionary of tensors, so that a file cannot call anything else."""

    def __init__(self, file):
        super().__init__(file)
        self.storages = {}

    def find_class(self, module, name):
        if (module, name) not in GLOBALS:
            raise Unusable(f"the file refers to {module} {name}, which float weights do not need: refused")
        return GLOBALS[module, name]

    def persistent_load(self, pid):
        _, item_bytes, key, _, length, *_ = pid
        if item_bytes not in (FLOATS, INTEGERS) or type(length) is not int or length < 0:
            raise Unusable("a storage is described in an unknown way")
        return self.storages.setdefault(key, Storage(item_bytes, length))


def read_zip(file):
    """The format since torch 1.6: an archive with the dictionary and a member for each storage, all in one folder."""
    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
        folder = next((name[: -len("/data.pkl")] for name in names if name.endswith("/data.pkl")), None)
        # Only TorchScript files, which contain a program, have constants.
        if folder is None or f"{folder}/constants.pkl" in names:
            raise Unusable("the archive holds no dictionary of tensors")
        with archive.open(f"{folder}/data.pkl") as data:
            unpickler = Unpickler(data)
            dictionary = unpickler.load()
        for key, storage in unpickler.storages.items():
            member = f"{folder}/data/{key}"
            storage.fill(key, archive.read(member) if member in names else b"")
        return dictionary


# The pickled number at the beginning of the older format (torch/serialization.py, _legacy_save).
MAGIC = bytes.fromhex("80028a0a6cfc9c46f9206aa850192e")


def read_legacy(file):
    """The format before torch 1.6: five pickles, then the storages, each preceded by its number of values."""
    if file.read(len(MAGIC)) != MAGIC:
        raise Unusable("torch.save did not write this file")
    for _ in ("protocol", "system"):
        Unpickler(file).load()
    unpickler = Unpickler(file)
    dictionary = unpickler.load()
    for key in Unpickler(file).load():
        storage = unpickler.storages[key]
        file.read(8)
        storage.fill(key, file.read(storage.length * storage.item_bytes))
    return dictionary


def values_of(tensor):
    """The values of a tensor, row by row."""
    values, bytes_each = tensor.storage.values, tensor.storage.item_bytes
    strides = [math.prod(tensor.shape[axis + 1 :]) for axis in range(len(tensor.shape))]
    if strides == list(tensor.strides):
        end = tensor.start + math.prod(tensor.shape)
        return values[tensor.start * bytes_each : end * bytes_each]
    places = [tensor.start]
    for size, stride in zip(tensor.shape, tensor.strides):
        places = [place + index * stride for place in places for index in range(size)]
    return b"".join(values[place * bytes_each : (place + 1) * bytes_each] for place in places)


def read_tensors(path):
    with open(path, "rb") as file:
        is_zip = file.read(2) == b"PK"
        file.seek(0)
        try:
            dictionary = read_zip(file) if is_zip else read_legacy(file)
        except Unusable:
            raise
        # Damaged pickles and archives raise many kinds of errors.
        except Exception as error:
            raise Unusable(f"the file is cut off or damaged: {error}") from error
    if not isinstance(dictionary, dict):
        raise Unusable("the file holds no dictionary of tensors")
    for name, value in dictionary.items():
        if not isinstance(value, Tensor):
            raise Unusable(f'"{name}" is not a tensor')
    return {name: value for name, value in dictionary.items() if value.storage.item_bytes == FLOATS}


def main(path, output):
    try:
        tensors = read_tensors(path)
    except Unusable as problem:
        print(problem)
        return
    with open(output, "wb") as file:
        file.write(json.dumps([[name, value.shape] for name, value in tensors.items()]).encode() + b"\n")
        for value in tensors.values():
            file.write(values_of(value))


main(*sys.argv[1:])
