"""The application of local runs. It requests a GPU if it should compute on one, because Ray hides GPUs from all other
applications.
"""

import ray
import served_model
from app import ServedModel

if served_model.ON_GPU and ray.cluster_resources().get("GPU", 0) < 1:
    # Otherwise it would wait for a GPU forever.
    raise served_model.NoProvider(f"asked for {served_model.CUDA}, but Ray finds no GPU on this machine")

application = ServedModel.options(ray_actor_options={"num_cpus": 1, "num_gpus": int(served_model.ON_GPU)}).bind()
