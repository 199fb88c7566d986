"""Stand-in for tensorflow_model_server, with its flags, ports and APIs; the model is loaded before a port opens."""

import re

import grpc_api
import rest_api
import uvicorn
from flags import FLAGS

EVERYWHERE = "0.0.0.0"


def metrics_path():
    """The path of the metrics; None if they are not enabled."""
    if not FLAGS.monitoring_config_file:
        return None
    with open(FLAGS.monitoring_config_file, encoding="utf8") as file:
        text = file.read()
    if not re.search(r"\benable\s*:\s*true\b", text):
        return None
    return re.search(r'\bpath\s*:\s*"([^"]*)"', text)[1]


def main():
    rest_api.METRICS = metrics_path()
    server = grpc_api.start(f"{EVERYWHERE}:{FLAGS.port}")
    if FLAGS.rest_api_port == 0:
        server.wait_for_termination()
    uvicorn.run(
        rest_api.app,
        host=EVERYWHERE,
        port=FLAGS.rest_api_port,
        log_level="warning",
        access_log=False,
        lifespan="off",
        server_header=False,
    )
    server.stop(grace=1).wait()


main()
