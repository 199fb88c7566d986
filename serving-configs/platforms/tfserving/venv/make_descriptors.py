"""Makes descriptors.binpb: the official descriptors of TensorFlow Serving's APIs as one FileDescriptorSet, extracted
from the wheels of tensorflow-serving-api and tensorflow (both Apache-2.0) without running them.

usage: make_descriptors.py OUT WHEEL...      (needs the package protobuf)
"""

import ast
import sys
import zipfile

from google.protobuf import descriptor_pb2

WANTED = ("tensorflow_serving/apis/prediction_service.proto", "tensorflow_serving/apis/model_service.proto")
WELL_KNOWN = "google/protobuf/"


def serialized_file(source):
    """The bytes that a generated module passes to AddSerializedFile."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "AddSerializedFile":
            return ast.literal_eval(node.args[0])
    return None


def read_wheels(names):
    files = {}
    for name in names:
        with zipfile.ZipFile(name) as wheel:
            for entry in wheel.namelist():
                if entry.endswith("_pb2.py") and (data := serialized_file(wheel.read(entry))):
                    file = descriptor_pb2.FileDescriptorProto.FromString(data)
                    files[file.name] = file
    return files


def main():
    out, *wheels = sys.argv[1:]
    files = read_wheels(wheels)
    chosen = descriptor_pb2.FileDescriptorSet()
    seen = set()

    def add(name):
        if name in seen:
            return
        seen.add(name)
        if name.startswith(WELL_KNOWN):
            return
        for dependency in files[name].dependency:
            add(dependency)
        chosen.file.add().CopyFrom(files[name])

    for name in WANTED:
        add(name)
    with open(out, "wb") as file:
        file.write(chosen.SerializeToString(deterministic=True))
    print(f"{len(chosen.file)} files")


main()
