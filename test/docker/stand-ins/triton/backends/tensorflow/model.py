"""Stand-in for Triton's TensorFlow backend: the signature `serving_default` of a SavedModel."""

import json
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import tensorflow as tf
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def initialize(self, args):
        config = json.loads(args["model_config"])
        self.inputs = [entry["name"] for entry in config["input"]]
        self.outputs = [entry["name"] for entry in config["output"]]
        folder = config.get("default_model_filename") or "model.savedmodel"
        tf.config.threading.set_intra_op_parallelism_threads(1)
        # Kept, because its function needs its variables.
        self.model = tf.saved_model.load(os.path.join(args["model_repository"], args["model_version"], folder))
        self.function = self.model.signatures["serving_default"]

    def respond(self, request):
        given = {
            name: tf.constant(pb_utils.get_input_tensor_by_name(request, name).as_numpy()) for name in self.inputs
        }
        values = self.function(**given)
        tensors = [pb_utils.Tensor(name, values[name].numpy()) for name in self.outputs]
        return pb_utils.InferenceResponse(tensors)

    def execute(self, requests):
        return [self.respond(request) for request in requests]
