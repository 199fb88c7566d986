"""The application of the local runs with a GPU: without one of its own, the platform hides all of them from it."""

from app import ServedModel

application = ServedModel.options(ray_actor_options={"num_cpus": 1, "num_gpus": 1}).bind()
