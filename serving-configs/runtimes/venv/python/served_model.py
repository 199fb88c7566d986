"""The model behind every platform that runs an application of ours. The computation is the same everywhere, so that only the
platforms differ. The environment variable SERVED_MODEL, which the launcher sets, describes the model and the hardware.
"""

import json
import os
import threading

import numpy as np

TOP_COUNT = 5
FIXED_CLASS = 281
FIXED_SCORE = 0.9
SMALLEST = 1e-30

CPU, CUDA = "CPUExecutionProvider", "CUDAExecutionProvider"

BINARY, JSON = "application/octet-stream", "application/json"

if "SERVED_MODEL" not in os.environ:
    raise RuntimeError("the variable SERVED_MODEL, which describes the model to serve, is not set")
CONTRACT = json.loads(os.environ["SERVED_MODEL"])
NAME = CONTRACT["name"]
CLASS_COUNT = CONTRACT["classes"]
MAX_BODY_BYTES = CONTRACT["maxBodyBytes"]
# The preprocessing of images by layout of the model, and the one of the layout that is served.
PREPROCESSINGS = CONTRACT["images"]
PREPROCESSING = PREPROCESSINGS[CONTRACT["layout"]]
SIZE = (PREPROCESSING["height"], PREPROCESSING["width"])
SHAPE = (1, 3, *SIZE) if CONTRACT["layout"] == "NCHW" else (1, *SIZE, 3)
INPUT_BYTES = 4 * int(np.prod(SHAPE))
PROVIDERS = CONTRACT.get("providers", [CPU])
ON_GPU = CUDA in PROVIDERS
# Whether the engine takes and returns arrays by name; otherwise it takes an image and returns the scores of classes.
ANSWERS_TENSORS = CONTRACT["answers"]["kind"] == "tensors"


class NoProvider(RuntimeError):
    """An execution provider is missing. Falling back to another one would falsify the measurement."""


class InvalidInput(ValueError):
    """An input is not valid. The message is for its sender."""


def softmax(logits):
    exponentials = np.exp(logits.astype(np.float64) - logits.max())
    return (exponentials / exponentials.sum()).astype(np.float32)


def _are_probabilities(values):
    return bool(((values >= 0) & (values <= 1)).all()) and abs(float(values.sum(dtype=np.float64)) - 1) < 1e-3


def as_output(values):
    """Converts the output of the network into what the manifest declares: probabilities or logits."""
    are_probabilities = _are_probabilities(values)
    if CONTRACT["answers"]["scores"] == "probabilities":
        return values if are_probabilities else softmax(values)
    return np.log(np.maximum(values, SMALLEST)) if are_probabilities else values


def fixed_values():
    """The answer of the no-op backend."""
    probabilities = np.full(CLASS_COUNT, (1 - FIXED_SCORE) / (CLASS_COUNT - 1), np.float32)
    probabilities[FIXED_CLASS % CLASS_COUNT] = FIXED_SCORE
    return probabilities if CONTRACT["answers"]["scores"] == "probabilities" else np.log(probabilities)


def example(which, key):
    """The arrays of the example of the model."""
    import named_tensors

    with open(CONTRACT["example"][which], "rb") as file:
        return named_tensors.read(file.read(), key)[0]


def demand_providers(found, words):
    if missing := [name for name in PROVIDERS if name not in found]:
        raise NoProvider(f"asked for {', '.join(missing)}, but {words} {', '.join(found)}")


class NoopEngine:
    """Returns the same answer at once for any input."""

    def __init__(self):
        self.values = example("answer", "outputs") if ANSWERS_TENSORS else fixed_values()

    def run(self, _tensor):
        return self.values


class OnnxEngine:
    """Computes one input at a time, even if several threads call it, so that no platform gets more of the machine than
    another.
    """

    def __init__(self):
        import onnxruntime

        self.lock = threading.Lock()

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = CONTRACT["threads"]
        options.inter_op_num_threads = 1
        # Spinning threads would take CPU time from the other processes that are measured.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.add_session_config_entry("session.inter_op.allow_spinning", "0")
        options.log_severity_level = 3
        demand_providers(onnxruntime.get_available_providers(), "this ONNX Runtime has only")
        if ON_GPU:
            # Loads CUDA from the packages if it is not installed on the machine.
            onnxruntime.preload_dlls()
        self.session = onnxruntime.InferenceSession(CONTRACT["file"], options, PROVIDERS, enable_fallback=False)
        demand_providers(self.session.get_providers(), "it does not work here: the model would run with")
        # The first run allocates memory for all later ones.
        self.warm_up()

    def warm_up(self):
        (self.input,) = self.session.get_inputs()
        self.output = self.session.get_outputs()[0].name
        self.layout = "NCHW" if self.input.shape[1] == 3 else "NHWC"
        self.run(np.zeros(SHAPE, np.float32))

    def run(self, tensor):
        """Returns one value per class for a batch of one image in the layout of the manifest."""
        if self.layout != CONTRACT["layout"]:
            from normalise import adapt

            tensor = adapt(tensor, PREPROCESSING, PREPROCESSINGS[self.layout])
        with self.lock:
            (values,) = self.session.run([self.output], {self.input.name: tensor})
        return as_output(values.reshape(-1))


class TensorsEngine(OnnxEngine):
    """Takes and returns named arrays."""

    def warm_up(self):
        self.run(example("request", "inputs"))

    def run(self, tensors):
        given = {spec["name"]: tensors[spec["name"]] for spec in CONTRACT["inputs"]}
        names = [spec["name"] for spec in CONTRACT["outputs"]]
        with self.lock:
            return dict(zip(names, self.session.run(names, given)))


def open_engine():
    if CONTRACT["engine"] == "noop":
        return NoopEngine()
    if CONTRACT["file"].endswith(".pt"):
        from torch_engine import TorchEngine

        return TorchEngine()
    return TensorsEngine() if ANSWERS_TENSORS else OnnxEngine()


def run_named(engine, tensors):
    """Runs any model with named arrays as input and output, for protocols with named tensors."""
    if ANSWERS_TENSORS:
        return engine.run(tensors)
    (given,), (output,) = CONTRACT["inputs"], CONTRACT["outputs"]
    return {output["name"]: engine.run(tensors[given["name"]]).reshape(1, -1)}


def demand_inputs(given):
    """Raises InvalidInput if tensors, given as (name, datatype, shape), are not the inputs of the model."""
    found = {name: (datatype, list(shape)) for name, datatype, shape in given}
    for spec in CONTRACT["inputs"]:
        name, wanted = spec["name"], spec["shape"]
        if name not in found:
            raise InvalidInput(f"input '{name}' is missing")
        datatype, shape = found[name]
        if datatype != spec["datatype"]:
            raise InvalidInput(f"input '{name}' has the type {datatype}, not {spec['datatype']}")
        if len(shape) != len(wanted) or any(size not in (-1, has) for has, size in zip(shape, wanted)):
            raise InvalidInput(f"input '{name}' has the shape {shape}, not {wanted}")


def answer_tensors(engine, body):
    """Returns the answer to a body of named tensors, in the same format, and its media type."""
    import named_tensors

    try:
        tensors, is_binary = named_tensors.read(body, "inputs")
        demand_inputs((name, named_tensors.DATATYPES[values.dtype], values.shape) for name, values in tensors.items())
        answer = named_tensors.write(engine.run(tensors), "outputs", is_binary)
    except named_tensors.Unreadable as error:
        raise InvalidInput(str(error)) from error
    return answer, BINARY if is_binary else JSON


def tensor_of_floats(data):
    """Reads the input of the model from little-endian 32-bit floats."""
    if len(data) != INPUT_BYTES:
        raise InvalidInput(f"the tensor has {len(data)} bytes instead of {INPUT_BYTES}")
    return np.frombuffer(data, "<f4").reshape(SHAPE)


def tensor_of_image(data):
    from decode_image import InvalidImage, tensor_of

    try:
        return tensor_of(data, PREPROCESSING)
    except InvalidImage as error:
        raise InvalidInput("cannot decode the image") from error


def top_five(probabilities):
    """The five best classes with their probabilities, best first; if two are equal, the lower index comes first."""
    best = np.argsort(-probabilities, kind="stable")[:TOP_COUNT]
    return [(int(index), float(probabilities[index])) for index in best]


def labels():
    with open(CONTRACT["labels"], encoding="utf8") as file:
        return file.read().splitlines()
