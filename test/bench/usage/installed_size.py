"""Prints the size of installed packages and their dependencies in MiB, without the inference engine.

usage: installed_size.py REQUIREMENT...    with the Python of the environment
"""

import sys
from importlib.metadata import PackageNotFoundError, distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

# The same for all platforms.
ENGINE = {"onnxruntime", "flatbuffers"}

sizes = {}
seen = set()
waiting = [(Requirement(one), "") for one in sys.argv[1:]]
while waiting:
    wish, extra = waiting.pop()
    name = canonicalize_name(wish.name)
    if (str(wish), extra) in seen or name in ENGINE or (wish.marker and not wish.marker.evaluate({"extra": extra})):
        continue
    seen.add((str(wish), extra))
    try:
        found = distribution(name)
    except PackageNotFoundError:
        continue
    # Without bytecode, which Python compiles at the first start.
    sizes[name] = sum(file.size or 0 for file in found.files or [])
    for more in ["", *wish.extras]:
        waiting += [(Requirement(one), more) for one in found.requires or []]
print(round(sum(sizes.values()) / 2**20))
