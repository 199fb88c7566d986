"""Runs the application of local runs on all interfaces of a container, which publishes only the port of the manifest."""

import litserve
import served_model
from app import create_api

if __name__ == "__main__":
    server = litserve.LitServer(
        create_api(),
        accelerator="cuda" if served_model.ON_GPU else "cpu",
        devices=1,
        workers_per_device=served_model.instances_or(1),
        timeout=60,
        max_payload_size=served_model.MAX_BODY_BYTES,
    )
    server.run(host="0.0.0.0", port=8000, generate_client_file=False, num_api_servers=1, log_level="warning")
