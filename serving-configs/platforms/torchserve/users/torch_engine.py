"""Runs a user's model as TorchScript. Its inputs and outputs have no names, but the order of those in the ONNX file."""

import numpy as np
import torch
from served_model import CONTRACT, HAS_DEFAULTS, ON_GPU, SETTINGS, NamedBatches, NoProvider, example

# The first calls of TorchScript are slow, because it looks for operations to fuse.
WARM_UP_CALLS = 20


class TorchEngine(NamedBatches):
    """Takes and returns named arrays, like TensorsEngine of served_model."""

    def __init__(self):
        if ON_GPU and not torch.cuda.is_available():
            raise NoProvider(f"asked for a GPU, but PyTorch {torch.__version__} finds none that it can use")
        if not HAS_DEFAULTS:
            torch.set_num_threads(SETTINGS["threads"])
        self.device = torch.device("cuda" if ON_GPU else "cpu")
        self.model = torch.jit.load(CONTRACT["file"], map_location=self.device).eval()
        request = example("request", "inputs")
        for _ in range(WARM_UP_CALLS):
            self.run(request)

    def run(self, tensors):
        # A copy, because PyTorch needs writable memory.
        given = [torch.from_numpy(np.array(tensors[spec["name"]])).to(self.device) for spec in CONTRACT["inputs"]]
        with torch.inference_mode():
            values = self.model(*given)
        values = [values] if torch.is_tensor(values) else list(values)
        names = [spec["name"] for spec in CONTRACT["outputs"]]
        if len(values) != len(names):
            raise RuntimeError(f"the TorchScript has {len(values)} outputs, but the ONNX file has {len(names)}")
        return {name: value.cpu().numpy() for name, value in zip(names, values)}
