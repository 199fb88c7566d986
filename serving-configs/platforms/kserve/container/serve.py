"""Runs the application of local runs on all interfaces of a container, which publishes only the ports of the manifest."""

import served_model
from app import ServedModel
from kserve import ModelServer

if __name__ == "__main__":
    model = ServedModel(served_model.NAME)
    model.load()
    ModelServer().start([model])
