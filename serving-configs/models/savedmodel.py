"""Writes an ONNX classifier as a SavedModel: the same network, with the weights of the file, under three signatures.

- serving_default: preprocessed floats [1, height, width, 3]
- serving_raw: a string with these floats, little-endian
- serving_jpeg: a string with the image file

All signatures have one output. The names of input and output come from the file, whose layout must be NHWC. assets.extra contains a
warm-up file.

usage: savedmodel.py MODEL.onnx OUT IMAGE      (IMAGE is JSON that says how an image becomes the input)
"""

import json
import os
import shutil
import sys

sys.dont_write_bytecode = True
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
import tensorflow as tf
from tensorflow_serving.apis import model_pb2, predict_pb2, prediction_log_pb2

import onnx_network

# The input names that requests use.
RAW, JPEG = "raw", "jpeg"
# The first calls choose kernels and allocate memory.
WARM_UP = {"serving_default": 20, "serving_raw": 2, "serving_jpeg": 2}


class Classifier(tf.Module):
    """Computes the nodes of the file with channels last, which TensorFlow supports on every device."""

    def __init__(self, network):
        super().__init__()
        self.network = network
        self.weights = {name: tf.Variable(self.turned(name), trainable=False) for name in network.constants}

    def turned(self, name):
        """Transposes a constant for its operator, which computes with channels last."""
        values = self.network.constants[name]
        users = [node for node in self.network.nodes if name in node.inputs]
        if users[0].op == "Conv" and values.ndim == 4:
            group = users[0].attributes.get("group", 1)
            if group == 1:
                return values.transpose(2, 3, 1, 0)
            if values.shape[1] == 1 and values.shape[0] == group:
                return values.transpose(2, 3, 0, 1)
            raise ValueError("grouped convolutions are not supported")
        if users[0].op == "Gemm" and values.ndim == 2:
            return onnx_network.gemm_weight(users[0], values)
        if values.ndim == 3:
            return values.transpose(1, 2, 0)
        return values

    def __call__(self, x):
        known = {self.network.input: x}
        for node in self.network.nodes:
            given = [self.weights.get(name, known.get(name)) for name in node.inputs]
            known[node.output] = self.compute(node, *given)
        return known[self.network.output]

    def compute(self, node, x, *rest):
        op, attributes = node.op, node.attributes
        if op == "Conv":
            x = padded(node, x, 0.0)
            strides = attributes.get("strides", [1, 1])
            if attributes.get("group", 1) == 1:
                x = tf.nn.conv2d(x, rest[0], strides, "VALID")
            else:
                x = tf.nn.depthwise_conv2d(x, rest[0], [1, *strides, 1], "VALID")
            return tf.nn.bias_add(x, rest[1]) if len(rest) > 1 else x
        if op == "MaxPool":
            x = padded(node, x, tf.float32.min)
            return tf.nn.max_pool2d(x, attributes["kernel_shape"], attributes.get("strides", [1, 1]), "VALID")
        if op == "Transpose" and attributes["perm"] == [0, 3, 1, 2]:
            # The file converts to channels first; we keep channels last.
            return x
        if op == "Flatten" and attributes.get("axis", 1) == 1:
            x = tf.transpose(x, [0, 3, 1, 2])
            return tf.reshape(x, [1, int(np.prod(x.shape[1:]))])
        if op == "Softmax" and attributes.get("axis", -1) in (1, -1):
            return tf.nn.softmax(x)
        simple = {
            "Relu": lambda: tf.nn.relu(x),
            "Clip": lambda: tf.clip_by_value(x, rest[0], rest[1]),
            "Add": lambda: x + rest[0],
            "Mul": lambda: x * rest[0],
            "GlobalAveragePool": lambda: tf.reduce_mean(x, [1, 2], keepdims=True),
            "Gemm": lambda: tf.matmul(x, rest[0]) + rest[1],
            "Identity": lambda: x,
        }
        if op not in simple:
            raise onnx_network.unsupported(node)
        return simple[op]()


def padded(node, x, value):
    top, left, bottom, right = onnx_network.pads_of(node)
    if (top, left, bottom, right) == (0, 0, 0, 0):
        return x
    return tf.pad(x, [[0, 0], [top, bottom], [left, right], [0, 0]], constant_values=value)


def prepare(image_file, image):
    """Preprocesses an image file: stretches it, rounds it to bytes, and normalises these."""
    pixels = tf.io.decode_image(image_file, channels=3, expand_animations=False)
    pixels.set_shape([None, None, 3])
    resized = tf.image.resize(pixels, [image["height"], image["width"]], "bilinear", antialias=True)
    rounded = tf.clip_by_value(tf.round(resized), 0.0, 255.0)
    coloured = tf.reverse(rounded, [-1]) if image["colours"] == "bgr" else rounded
    mean, deviation = (tf.constant(image[fact], tf.float32) for fact in ("mean", "deviation"))
    return tf.expand_dims((coloured * image["scale"] - mean) / deviation, 0)


def signatures_of(classifier, network, image):
    output = network.output
    shape = [1, *network.input_shape[1:]]
    if len(shape) != 4 or shape[3] != 3:
        raise ValueError(f"it takes {shape}, not [1, height, width, 3]")

    @tf.function(input_signature=[tf.TensorSpec(shape, tf.float32, name=network.input)])
    def floats(x):
        return {output: classifier(x)}

    @tf.function(input_signature=[tf.TensorSpec([], tf.string, name=RAW)])
    def raw(text):
        return {output: classifier(tf.reshape(tf.io.decode_raw(text, tf.float32), onnx_network.shape_of(image)))}

    @tf.function(input_signature=[tf.TensorSpec([], tf.string, name=JPEG)])
    def jpeg(text):
        return {output: classifier(prepare(text, image))}

    return {"serving_default": floats, "serving_raw": raw, "serving_jpeg": jpeg}


def write_warm_up(folder, network, shape):
    """Writes the requests that the server sends to itself before it is ready."""
    grey = tf.io.encode_jpeg(tf.fill(shape[1:], tf.constant(127, tf.uint8))).numpy()
    # A single value fills the whole shape.
    zeros = tf.make_tensor_proto(0.0, tf.float32, shape)
    inputs = {
        "serving_default": (network.input, zeros),
        "serving_raw": (RAW, tf.make_tensor_proto(bytes(4 * int(np.prod(shape))))),
        "serving_jpeg": (JPEG, tf.make_tensor_proto(grey)),
    }
    os.makedirs(os.path.join(folder, "assets.extra"))
    with tf.io.TFRecordWriter(os.path.join(folder, "assets.extra", "tf_serving_warmup_requests")) as writer:
        for signature, count in WARM_UP.items():
            name, tensor = inputs[signature]
            request = predict_pb2.PredictRequest(
                model_spec=model_pb2.ModelSpec(signature_name=signature), inputs={name: tensor}
            )
            log = prediction_log_pb2.PredictionLog(predict_log=prediction_log_pb2.PredictLog(request=request))
            for _ in range(count):
                writer.write(log.SerializeToString())


def check(folder, classifier, network, shape):
    """Loads the result: floats and bytes must give the answer of the classifier, and the JPEG any finite answer."""
    loaded = tf.saved_model.load(folder).signatures
    floats = np.linspace(-120, 130, int(np.prod(shape)), dtype=np.float32).reshape(shape)
    expected = classifier(tf.constant(floats)).numpy()
    answers = [
        loaded["serving_default"](**{network.input: tf.constant(floats)}),
        loaded["serving_raw"](**{RAW: tf.constant(floats.tobytes())}),
    ]
    worst = max(float(np.abs(answer[network.output].numpy() - expected).max()) for answer in answers)
    if not worst <= 1e-4:
        raise SystemExit(f"error: the SavedModel computes something else, by {worst}")
    grey = tf.io.encode_jpeg(tf.fill([300, 200, 1], tf.constant(90, tf.uint8)))
    answer = loaded["serving_jpeg"](**{JPEG: grey})[network.output].numpy()
    if answer.shape != expected.shape or not np.isfinite(answer).all():
        raise SystemExit(f"error: the SavedModel answers {answer.shape} for a JPEG")


def main(source, target, image):
    image = json.loads(image)
    if image["layout"] != "NHWC" or image["resize"] != "stretch":
        raise ValueError("a SavedModel takes channels last and stretches images")
    shape = onnx_network.shape_of(image)
    network = onnx_network.read(source)
    classifier = Classifier(network)
    unfinished = f"{target}.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    tf.saved_model.save(classifier, unfinished, signatures=signatures_of(classifier, network, image))
    write_warm_up(unfinished, network, shape)
    check(unfinished, classifier, network, shape)
    shutil.rmtree(target, ignore_errors=True)
    os.replace(unfinished, target)
    print(f"TensorFlow {tf.__version__}")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    try:
        main(*sys.argv[1:])
    except (OSError, ValueError) as problem:
        raise SystemExit(f"error: {sys.argv[1]} to {sys.argv[2]}: {problem}")
