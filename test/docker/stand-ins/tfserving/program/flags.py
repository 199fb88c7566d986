"""The flags of tensorflow_model_server that this project passes; like the server, it refuses all others."""

import argparse


def boolean(text):
    if text.lower() in ("true", "1"):
        return True
    if text.lower() in ("false", "0"):
        return False
    raise argparse.ArgumentTypeError(f"{text} is neither true nor false")


parser = argparse.ArgumentParser(prog="tensorflow_model_server", allow_abbrev=False)
parser.add_argument("--port", type=int, default=8500)
parser.add_argument("--rest_api_port", type=int, default=0)
parser.add_argument("--model_name", default="default")
parser.add_argument("--model_base_path", required=True)
parser.add_argument("--monitoring_config_file", default="")
parser.add_argument("--enable_model_warmup", type=boolean, default=True)
parser.add_argument("--file_system_poll_wait_seconds", type=int, default=1)
parser.add_argument("--rest_api_timeout_in_ms", type=int, default=30_000)
parser.add_argument("--enable_batching", type=boolean, default=False)
parser.add_argument("--tensorflow_intra_op_parallelism", type=int, default=0)
parser.add_argument("--tensorflow_inter_op_parallelism", type=int, default=0)

FLAGS = parser.parse_args()
