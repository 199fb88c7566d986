"""Asks a server everything that tritonclient can, and prints the answers as one line of JSON: values, or the statuses of refusals.

usage: ask_open_inference.py REST_URL GRPC_URL MODEL ENCODING...

ENCODING is how inputs are sent over REST: `binary` or `json`, the first one in most requests.
"""

import json
import sys

import numpy as np
import tritonclient.grpc as grpc
import tritonclient.http as http
from google.protobuf.json_format import MessageToDict
from tritonclient.utils import InferenceServerException, np_to_triton_dtype

IDS = np.arange(-2, 4, dtype=np.int64).reshape(2, 3)
WEIGHTS = (IDS / 8).astype(np.float32)


def inputs_of(library, ids=IDS, binary=True):
    options = {"binary_data": binary} if library is http else {}
    tensors = []
    for name, values in (("ids", ids), ("weights", WEIGHTS)):
        tensor = library.InferInput(name, values.shape, np_to_triton_dtype(values.dtype))
        tensor.set_data_from_numpy(values, **options)
        tensors.append(tensor)
    return tensors


def requested(library, *names, binary=True):
    options = {"binary_data": binary} if library is http else {}
    return [library.InferRequestedOutput(name, **options) for name in names]


def values_in(result, names=("sum", "twice")):
    arrays = {name: result.as_numpy(name) for name in names}
    return {name: None if array is None else array.tolist() for name, array in arrays.items()}


def attempt(call):
    try:
        return call()
    except InferenceServerException as error:
        return {"refused": error.status()}


def all_answers(library, client, model, as_json, encodings):
    binary = encodings[0] == "binary"

    def inputs(ids=IDS, in_binary=binary):
        return inputs_of(library, ids, in_binary)

    def outputs(*names, in_binary=binary):
        return requested(library, *names, binary=in_binary)

    def infer(sent=None, name=model, **options):
        return attempt(lambda: values_in(client.infer(name, sent or inputs(), **options)))

    def read(call):
        return attempt(lambda: as_json(call()))

    answers = {
        "live": read(client.is_server_live),
        "ready": read(client.is_server_ready),
        "model ready": read(lambda: client.is_model_ready(model)),
        "version ready": read(lambda: client.is_model_ready(model, "1")),
        "another version ready": read(lambda: client.is_model_ready(model, "7")),
        "another model ready": read(lambda: client.is_model_ready("another")),
        "server metadata": read(client.get_server_metadata),
        "model metadata": read(lambda: client.get_model_metadata(model)),
        "version metadata": read(lambda: client.get_model_metadata(model, "1")),
        "another version's metadata": read(lambda: client.get_model_metadata(model, "7")),
        "another model's metadata": read(lambda: client.get_model_metadata("another")),
        "configuration": read(lambda: client.get_model_config(model)),
        "another model's configuration": read(lambda: client.get_model_config("another")),
        "index": read(client.get_model_repository_index),
        "another model's statistics": read(lambda: client.get_inference_statistics("another")),
        "inference": infer(),
        "inference with one output": infer(outputs=outputs("twice")),
        "inference with both outputs": infer(outputs=outputs("twice", "sum")),
        "inference with a version": infer(model_version="1"),
        "inference with an id": attempt(
            lambda: as_json(client.infer(model, inputs(), request_id="seven").get_response())["id"]
        ),
        "another output": infer(outputs=outputs("sum", "another")),
        "another model": infer(name="another"),
        "another version": infer(model_version="7"),
        "another datatype": infer(inputs(IDS.astype(np.int32))),
        "another shape": infer(inputs(IDS.reshape(3, 2))),
        "a missing input": infer(inputs()[:1]),
        "statistics": read(lambda: client.get_inference_statistics(model)),
        "statistics of all models": read(client.get_inference_statistics),
    }
    if library is http and binary:
        answers["inference as JSON"] = infer(outputs=outputs("sum", "twice", in_binary=False))
        answers["inference with one output as JSON"] = infer(
            outputs=[*outputs("sum", in_binary=False), *outputs("twice")]
        )
    if library is http and binary and "json" in encodings:
        answers["inference from JSON"] = infer(inputs(in_binary=False))
        answers["inference from JSON as JSON"] = infer(
            inputs(in_binary=False), outputs=outputs("sum", "twice", in_binary=False)
        )
        answers["another output in JSON"] = infer(
            inputs(in_binary=False), outputs=outputs("another", in_binary=False)
        )
    return answers


def main():
    rest, grpc_url, model, *encodings = sys.argv[1:]

    def from_message(answer):
        is_message = hasattr(answer, "DESCRIPTOR")
        return MessageToDict(answer, preserving_proto_field_name=True) if is_message else answer

    answers = {
        "rest": all_answers(http, http.InferenceServerClient(rest), model, lambda answer: answer, encodings),
        "grpc": all_answers(grpc, grpc.InferenceServerClient(grpc_url), model, from_message, encodings),
    }
    print(json.dumps(answers))


main()
