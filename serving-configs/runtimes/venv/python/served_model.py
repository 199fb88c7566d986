"""The model behind every platform that runs an application of ours. The computation is the same everywhere, so that only the
platforms differ. The environment variable SERVED_MODEL, which the launcher sets, describes the model and the hardware.
"""

import contextlib
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
# instances, threads, maxBatch and batchDelayMs, or "default": as the platform is when nobody sets anything.
SETTINGS = CONTRACT["settings"]
HAS_DEFAULTS = SETTINGS == "default"
MAX_BATCH = 1 if HAS_DEFAULTS else SETTINGS["maxBatch"]
BATCH_DELAY_SECONDS = 0 if HAS_DEFAULTS else SETTINGS["batchDelayMs"] / 1000
PROVIDERS = CONTRACT.get("providers", [CPU])
ON_GPU = CUDA in PROVIDERS
# Whether the engine takes and returns arrays by name; otherwise it takes an image and returns the scores of classes.
ANSWERS_TENSORS = CONTRACT["answers"]["kind"] == "tensors"

# Whether the launcher may add models, which have the inputs and outputs of the first one.
HAS_SEVERAL_MODELS = "SERVED_MODELS" in os.environ


def open_counts():
    """The counts of this process, of computations and of the inputs in them, in a file that the launcher reads: 8 bytes each."""
    if "BATCH_COUNTS" not in os.environ:
        return None
    path = os.path.join(os.environ["BATCH_COUNTS"], str(os.getpid()))
    return np.memmap(path, np.int64, "w+", shape=(2,))


# The counts, and the process that they are of, which may have forked since.
counts = counts_of = None


def count_batch(inputs):
    """Counts a computation that has ended. A process counts its first one before it takes requests."""
    global counts, counts_of
    if counts_of != os.getpid():
        counts, counts_of = open_counts(), os.getpid()
    if counts is not None:
        counts += (1, inputs)


class NoProvider(RuntimeError):
    """An execution provider is missing. Falling back to another one would falsify the measurement."""


class InvalidInput(ValueError):
    """An input is not valid. The message is for its sender."""


def instances_or(default):
    """How many workers compute, unless the platform decides."""
    return default if HAS_DEFAULTS else SETTINGS["instances"]


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


def model_files():
    """The ONNX files of the models to serve by their names, now: a launcher of several models adds some later."""
    if not HAS_SEVERAL_MODELS:
        return {NAME: CONTRACT["file"]}
    with open(os.environ["SERVED_MODELS"], encoding="utf8") as file:
        return json.load(file)


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

    def run_all(self, inputs):
        return [self.values] * len(inputs)


class OnnxEngine:
    """Computes one input or batch at a time, even if several threads call it, so that an instance is the same for all platforms. By
    default of a platform, its threads compute at the same time.
    """

    def __init__(self, file):
        import onnxruntime

        self.lock = contextlib.nullcontext() if HAS_DEFAULTS else threading.Lock()

        options = onnxruntime.SessionOptions()
        # 0: one for each physical core.
        options.intra_op_num_threads = 0 if HAS_DEFAULTS else SETTINGS["threads"]
        options.inter_op_num_threads = 1
        # Spinning threads would take CPU time from the other processes that are measured.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.add_session_config_entry("session.inter_op.allow_spinning", "0")
        options.log_severity_level = 3
        demand_providers(onnxruntime.get_available_providers(), "this ONNX Runtime has only")
        if ON_GPU:
            # Loads CUDA from the packages if it is not installed on the machine.
            onnxruntime.preload_dlls()
        self.session = onnxruntime.InferenceSession(file, options, PROVIDERS, enable_fallback=False)
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
        return self.run_all([tensor])[0]

    def run_all(self, tensors):
        """Runs several inputs as one batch."""
        if self.layout != CONTRACT["layout"]:
            from normalise import adapt

            tensors = [adapt(tensor, PREPROCESSING, PREPROCESSINGS[self.layout]) for tensor in tensors]
        tensor = np.concatenate(tensors)
        with self.lock:
            (values,) = self.session.run([self.output], {self.input.name: tensor})
            count_batch(len(tensors))
        return [as_output(row) for row in values.reshape(len(tensors), -1)]


def fit_together(inputs):
    """Whether arrays by name, several times, have the same shapes except for the first dimension."""
    return all(
        first.ndim > 0 and tensors[name].shape[1:] == first.shape[1:]
        for name, first in inputs[0].items()
        for tensors in inputs
    )


class NamedBatches:
    """Runs several inputs of named arrays as one batch, for an engine that runs one input."""

    def run_all(self, inputs):
        if len(inputs) == 1 or not fit_together(inputs):
            return [self.run(tensors) for tensors in inputs]
        answer = self.run({name: np.concatenate([tensors[name] for tensors in inputs]) for name in inputs[0]})
        ends = np.cumsum([len(next(iter(tensors.values()))) for tensors in inputs])
        if any(len(values) != ends[-1] for values in answer.values()):
            raise ValueError("the outputs of the model are not one for each input of a batch")
        parts = {name: np.split(values, ends[:-1]) for name, values in answer.items()}
        return [{name: parts[name][index] for name in parts} for index in range(len(inputs))]


class TensorsEngine(NamedBatches, OnnxEngine):
    """Takes and returns named arrays."""

    def warm_up(self):
        self.run(example("request", "inputs"))

    def run(self, tensors):
        given = {spec["name"]: tensors[spec["name"]] for spec in CONTRACT["inputs"]}
        names = [spec["name"] for spec in CONTRACT["outputs"]]
        first = next(iter(given.values()))
        with self.lock:
            values = self.session.run(names, given)
            count_batch(len(first) if first.ndim > 0 else 1)
        return dict(zip(names, values))


def open_engine(file=CONTRACT["file"]):
    if CONTRACT["engine"] == "noop":
        return NoopEngine()
    if CONTRACT["file"].endswith(".pt"):
        from torch_engine import TorchEngine

        return TorchEngine()
    return TensorsEngine(file) if ANSWERS_TENSORS else OnnxEngine(file)


def open_engines():
    """The engines of all models to serve, by their names."""
    return {name: open_engine(file) for name, file in model_files().items()}


def run_named(engine, inputs):
    """Runs any model with named arrays, several times, for protocols with named tensors."""
    if ANSWERS_TENSORS:
        return engine.run_all(inputs)
    (given,), (output,) = CONTRACT["inputs"], CONTRACT["outputs"]
    # A server that makes batches may put several images into one input.
    stacks = [tensors[given["name"]] for tensors in inputs]
    rows = iter(engine.run_all([images[at : at + 1] for images in stacks for at in range(len(images))]))
    return [{output["name"]: np.stack([next(rows) for _ in images])} for images in stacks]


def demand_inputs(given):
    """Raises InvalidInput if tensors, given as (name, datatype, shape), are not the inputs of the model."""
    found = {name: (datatype, list(shape)) for name, datatype, shape in given}
    for spec in CONTRACT["inputs"]:
        name, wanted = spec["name"], spec["shape"]
        if name not in found:
            raise InvalidInput(f"input '{name}' is missing")
        if MAX_BATCH > 1:
            # Also that of several requests, put together by the server.
            wanted = [-1, *wanted[1:]]
        datatype, shape = found[name]
        if datatype != spec["datatype"]:
            raise InvalidInput(f"input '{name}' has the type {datatype}, not {spec['datatype']}")
        if len(shape) != len(wanted) or any(size not in (-1, has) for has, size in zip(shape, wanted)):
            raise InvalidInput(f"input '{name}' has the shape {shape}, not {wanted}")


def read_tensors(body):
    """The named arrays in a body, and whether they are bytes."""
    import named_tensors

    try:
        tensors, is_binary = named_tensors.read(body, "inputs")
    except named_tensors.Unreadable as error:
        raise InvalidInput(str(error)) from error
    demand_inputs((name, named_tensors.DATATYPES[values.dtype], values.shape) for name, values in tensors.items())
    return tensors, is_binary


def write_tensors(answer, is_binary):
    """A body with named arrays, and its media type."""
    import named_tensors

    try:
        return named_tensors.write(answer, "outputs", is_binary), BINARY if is_binary else JSON
    except named_tensors.Unreadable as error:
        raise InvalidInput(str(error)) from error


def answer_tensors(engine, body):
    """Returns the answer to a body of named tensors, in the same format, and its media type."""
    tensors, is_binary = read_tensors(body)
    return write_tensors(engine.run(tensors), is_binary)


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


def tensor_of_body(body, media_type):
    """Reads the input of the model from a body, whose media type tells a tensor from an image."""
    is_tensor = media_type.partition(";")[0].strip().lower() == BINARY
    return tensor_of_floats(body) if is_tensor else tensor_of_image(body)


def top_five(probabilities):
    """The five best classes with their probabilities, best first; if two are equal, the lower index comes first."""
    best = np.argsort(-probabilities, kind="stable")[:TOP_COUNT]
    return [(int(index), float(probabilities[index])) for index in best]


def predictions(probabilities):
    """The answer of the predict route."""
    return {"predictions": [{"class": index, "score": score} for index, score in top_five(probabilities)]}


def labels():
    with open(CONTRACT["labels"], encoding="utf8") as file:
        return file.read().splitlines()
