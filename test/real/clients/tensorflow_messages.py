"""Lets tensorflow-serving-api run without TensorFlow, which has 600 MB: importing this module creates the modules with TensorFlow's
messages that it imports, from the official descriptors.
"""

import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

from google.protobuf import any_pb2, descriptor_pb2, descriptor_pool, wrappers_pb2  # noqa: F401
from google.protobuf.internal import builder

PLATFORM = Path(__file__).parents[3] / "serving-configs" / "platforms" / "tfserving"
DESCRIPTORS = descriptor_pb2.FileDescriptorSet.FromString((PLATFORM / "venv" / "descriptors.binpb").read_bytes())
FILES = {file.name: file.SerializeToString() for file in DESCRIPTORS.file}
ROOTS = ("tensorflow", "xla")


class Messages:
    """Finds and loads `tensorflow.….NAME_pb2`, and the packages around it."""

    def find_spec(self, name, _path=None, _target=None):
        if name.split(".")[0] not in ROOTS:
            return None
        return ModuleSpec(name, self, is_package=not name.endswith("_pb2"))

    def create_module(self, _spec):
        return None

    def exec_module(self, module):
        name = module.__name__
        if not name.endswith("_pb2"):
            return
        file = name.removesuffix("_pb2").replace(".", "/") + ".proto"
        for dependency in descriptor_pb2.FileDescriptorProto.FromString(FILES[file]).dependency:
            if dependency in FILES:
                package = __import__(dependency.removesuffix(".proto").replace("/", ".") + "_pb2")
                # Modules reach what a dependency imports through the dependency.
                setattr(module, package.__name__, package)
        module.DESCRIPTOR = descriptor_pool.Default().AddSerializedFile(FILES[file])
        builder.BuildMessageAndEnumDescriptors(module.DESCRIPTOR, module.__dict__)
        builder.BuildTopDescriptorsAndMessages(module.DESCRIPTOR, name, module.__dict__)


sys.meta_path.append(Messages())
