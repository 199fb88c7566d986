"""The signatures of the SavedModel, computed by TensorFlow. Replaces the module of this name, which computes with ONNX Runtime."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import monitoring
import numpy as np
import served_model
import tensorflow as tf
from flags import FLAGS
from tensorflow_serving.apis import prediction_log_pb2

NAME = served_model.NAME
DEFAULT = "serving_default"

# Threads for both servers; the model computes one request at a time.
workers = ThreadPoolExecutor(2)
lock = threading.Lock()


class Refused(ValueError):
    """A request is not valid; the message tells why."""


class UnknownSignature(Refused):
    pass


def newest_version():
    versions = [int(name) for name in os.listdir(FLAGS.model_base_path) if name.isdecimal()]
    if not versions:
        raise SystemExit(f"No versions of servable {NAME} found under base path {FLAGS.model_base_path}")
    return max(versions)


def load(folder):
    tf.config.threading.set_intra_op_parallelism_threads(FLAGS.tensorflow_intra_op_parallelism)
    tf.config.threading.set_inter_op_parallelism_threads(FLAGS.tensorflow_inter_op_parallelism)
    return tf.saved_model.load(folder)


VERSION = newest_version()
FOLDER = os.path.join(FLAGS.model_base_path, str(VERSION))
# Kept, because its functions need its variables.
model = load(FOLDER)
functions = dict(model.signatures)


def only(names):
    (name,) = names
    return name


def specs_of(signature):
    return functions[signature].structured_input_signature[1]


# The signatures of the default model have one input each; a user's model has only the default signature, with named tensors.
IS_OURS = "serving_jpeg" in functions
INPUTS = {name: only(specs_of(name)) for name in functions} if IS_OURS else {}
OUTPUT = only(functions[DEFAULT].structured_outputs) if IS_OURS else None
NAMED = None
if not IS_OURS:
    NAMED = {name: np.dtype(spec.dtype.as_numpy_dtype) for name, spec in specs_of(DEFAULT).items()}


def compute(signature, value):
    with lock:
        return functions[signature](**{INPUTS[signature]: value})[OUTPUT].numpy().reshape(-1)


def warm_up():
    """Replays the warm-up requests beside the model."""
    file = os.path.join(FOLDER, "assets.extra", "tf_serving_warmup_requests")
    if not IS_OURS or not FLAGS.enable_model_warmup or not os.path.exists(file):
        return
    for record in tf.compat.v1.io.tf_record_iterator(file):
        request = prediction_log_pb2.PredictionLog.FromString(record).predict_log.request
        signature = request.model_spec.signature_name or DEFAULT
        compute(signature, tf.constant(tf.make_ndarray(request.inputs[INPUTS[signature]])))


def input_name(signature):
    if signature not in INPUTS:
        raise UnknownSignature(f'Serving signature name: "{signature}" not found in signature def')
    return INPUTS[signature]


def check_image_shape(shape):
    if len(shape) != 4 or shape[0] != 1 or shape[3] != 3 or min(shape) < 1:
        listed = ",".join(str(size) for size in shape)
        raise Refused(f"input must be of shape [1,?,?,3] for signature {DEFAULT}, but got [{listed}]")


def run(signature, value):
    return computed(lambda: compute(signature, value))


def computed(function):
    try:
        with monitoring.runtime():
            return function()
    except tf.errors.InvalidArgumentError as error:
        raise Refused(error.message) from error


def compute_named(arrays):
    with lock:
        outputs = functions[DEFAULT](**{name: tf.constant(values) for name, values in arrays.items()})
    return {name: values.numpy() for name, values in outputs.items()}


def run_named(arrays):
    return computed(lambda: compute_named(arrays))


def run_bytes(signature, data):
    return run(signature, tf.constant(bytes(data)))


def run_floats(tensor):
    check_image_shape(tensor.shape)
    return run(DEFAULT, tf.constant(np.asarray(tensor, np.float32)))


warm_up()
