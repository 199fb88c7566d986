"""Serves the model as an application of Ray Serve, on a cluster of one machine that listens on loopback only.

usage: app.py PORT FOLDER
"""

import signal
import sys
import threading

import ray
import served_model
from ray import serve
from ray.serve.config import HTTPOptions
from starlette.responses import JSONResponse, PlainTextResponse, Response

LOOPBACK = "127.0.0.1"
INSTANCES = served_model.instances_or(1)
# Batches cannot be larger than the requests that a replica takes. By default of Ray Serve, it takes 5.
MAX_ONGOING = 5 if served_model.HAS_DEFAULTS else 2 * served_model.MAX_BATCH
MAX_QUEUED = 64
OBJECT_STORE_BYTES = 80_000_000


@serve.deployment(
    num_replicas=INSTANCES,
    max_ongoing_requests=MAX_ONGOING,
    max_queued_requests=MAX_QUEUED,
    ray_actor_options={"num_cpus": 1},
)
class ServedModel:
    def __init__(self):
        self.engine = served_model.open_engine()

    # Without a limit: by its default of 3, a replica would reload a model for most requests to more.
    @serve.multiplexed(max_num_models_per_replica=-1)
    async def engine_of(self, name):
        return served_model.open_engine(served_model.model_files()[name])

    async def predict_with(self, request):
        try:
            tensors, is_binary = served_model.read_tensors(await request.body())
            engine = await self.engine_of(serve.get_multiplexed_model_id())
            answer, media_type = served_model.write_tensors(engine.run(tensors), is_binary)
        except KeyError as error:
            return JSONResponse({"error": f"there is no model {error}"}, 404)
        except served_model.InvalidInput as error:
            return JSONResponse({"error": str(error)}, 400)
        return Response(answer, media_type=media_type)

    async def run(self, given):
        return await self.run_batch(given) if served_model.MAX_BATCH > 1 else self.engine.run(given)

    @serve.batch(max_batch_size=served_model.MAX_BATCH, batch_wait_timeout_s=served_model.BATCH_DELAY_SECONDS)
    async def run_batch(self, inputs):
        return self.engine.run_all(inputs)

    async def __call__(self, request):
        if request.method == "GET":
            return PlainTextResponse("ok")
        if served_model.HAS_SEVERAL_MODELS:
            return await self.predict_with(request)
        try:
            if served_model.ANSWERS_TENSORS:
                tensors, is_binary = served_model.read_tensors(await request.body())
                answer, media_type = served_model.write_tensors(await self.run(tensors), is_binary)
                return Response(answer, media_type=media_type)
            tensor = served_model.tensor_of_body(await request.body(), request.headers.get("content-type", ""))
        except served_model.InvalidInput as error:
            return JSONResponse({"error": str(error)}, 400)
        return served_model.predictions(await self.run(tensor))


def keep_on_loopback():
    """Runs first in every worker. Replicas listen on all interfaces for each other, and no option changes that."""
    from ray.serve._private import replica

    add_port = replica.add_port_to_grpc_server
    replica.add_port_to_grpc_server = lambda server, address: add_port(server, address.replace("[::]", LOOPBACK))


if __name__ == "__main__":
    ray.init(
        num_cpus=1 + INSTANCES,
        include_dashboard=False,
        object_store_memory=OBJECT_STORE_BYTES,
        _temp_dir=sys.argv[2],
        _node_ip_address=LOOPBACK,
        configure_logging=False,
        runtime_env={"worker_process_setup_hook": keep_on_loopback},
    )
    serve.start(http_options=HTTPOptions(host=LOOPBACK, port=int(sys.argv[1])))
    serve.run(ServedModel.bind(), route_prefix="/predict", name=served_model.NAME)
    stop_requested = threading.Event()
    # After the start, which sets its own handlers.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop_requested.set())
    stop_requested.wait()
    serve.shutdown()
    ray.shutdown()
