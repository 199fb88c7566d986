"""The application of the local runs, with a GPU where it is told to compute on one: the platform hides all of them from what
does not ask.
"""

import ray
import served_model
from app import ServedModel

if served_model.ON_GPU and ray.cluster_resources().get("GPU", 0) < 1:
    # It would wait for one without end.
    raise served_model.NoProvider(f"asked for {served_model.CUDA}, but Ray finds no GPU on this machine")

application = ServedModel.options(ray_actor_options={"num_cpus": 1, "num_gpus": int(served_model.ON_GPU)}).bind()
