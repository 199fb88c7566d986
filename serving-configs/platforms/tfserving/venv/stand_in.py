"""Stand-in for TensorFlow Serving, which no package contains: its APIs over REST and gRPC (with the official descriptors), in front
of the served model.

usage: stand_in.py REST_PORT GRPC_PORT
"""

import sys

import grpc_api
import rest_api
import uvicorn

LOOPBACK = "127.0.0.1"


def main():
    rest_port, grpc_port = sys.argv[1:]
    server = grpc_api.start(f"{LOOPBACK}:{grpc_port}")
    uvicorn.run(
        rest_api.app,
        host=LOOPBACK,
        port=int(rest_port),
        log_level="warning",
        access_log=False,
        lifespan="off",
        server_header=False,
    )
    server.stop(grace=1).wait()


main()
