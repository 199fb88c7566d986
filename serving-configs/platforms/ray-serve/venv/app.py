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
MAX_ONGOING = 2
MAX_QUEUED = 64
OBJECT_STORE_BYTES = 80_000_000


@serve.deployment(
    num_replicas=1,
    max_ongoing_requests=MAX_ONGOING,
    max_queued_requests=MAX_QUEUED,
    ray_actor_options={"num_cpus": 1},
)
class ServedModel:
    def __init__(self):
        self.engine = served_model.open_engine()

    async def __call__(self, request):
        if request.method == "GET":
            return PlainTextResponse("ok")
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        is_tensor = media_type == "application/octet-stream"
        read = served_model.tensor_of_floats if is_tensor else served_model.tensor_of_image
        try:
            if served_model.ANSWERS_TENSORS:
                answer, media_type = served_model.answer_tensors(self.engine, await request.body())
                return Response(answer, media_type=media_type)
            tensor = read(await request.body())
        except served_model.InvalidInput as error:
            return JSONResponse({"error": str(error)}, 400)
        best = served_model.top_five(self.engine.run(tensor))
        return {"predictions": [{"class": index, "score": score} for index, score in best]}


def keep_on_loopback():
    """Runs first in every worker. Replicas listen on all interfaces for each other, and no option changes that."""
    from ray.serve._private import replica

    add_port = replica.add_port_to_grpc_server
    replica.add_port_to_grpc_server = lambda server, address: add_port(server, address.replace("[::]", LOOPBACK))


if __name__ == "__main__":
    ray.init(
        num_cpus=2,
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
