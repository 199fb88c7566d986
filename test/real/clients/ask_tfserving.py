"""Asks a server everything that TensorFlow Serving's own clients do, over gRPC with tensorflow-serving-api, over REST with the same
messages as JSON, and prints the answers as one line of JSON: values, or the statuses of refusals.

usage: ask_tfserving.py REST_URL GRPC_URL MODEL
"""

import json
import sys
import urllib.error
import urllib.request

import grpc
import numpy as np
import tensorflow_messages  # noqa: F401
from google.protobuf.json_format import MessageToDict
from tensorflow.core.framework import tensor_pb2, types_pb2
from tensorflow_serving.apis import (
    get_model_metadata_pb2,
    get_model_status_pb2,
    model_service_pb2_grpc,
    predict_pb2,
    prediction_service_pb2_grpc,
)

IDS = np.arange(-2, 4, dtype=np.int64).reshape(2, 3)
WEIGHTS = (IDS / 8).astype(np.float32)
TYPES = {"int64": types_pb2.DT_INT64, "int32": types_pb2.DT_INT32, "float32": types_pb2.DT_FLOAT}


def proto_of(values, as_list=False):
    proto = tensor_pb2.TensorProto(dtype=TYPES[values.dtype.name])
    for size in values.shape:
        proto.tensor_shape.dim.add(size=size)
    if as_list:
        field = proto.int64_val if values.dtype == np.int64 else proto.float_val
        field.extend(values.reshape(-1).tolist())
    else:
        proto.tensor_content = values.tobytes()
    return proto


def array_of(proto):
    values = proto.int64_val if proto.dtype == types_pb2.DT_INT64 else proto.float_val
    return np.array(values).reshape([dim.size for dim in proto.tensor_shape.dim]).tolist()


def specified(request, name, version=None):
    request.model_spec.name = name
    if version is not None:
        request.model_spec.version.value = version
    return request


def attempt(call):
    try:
        return call()
    except grpc.RpcError as error:
        return {"refused": error.code().name}
    except urllib.error.HTTPError as error:
        return {"refused": error.code}


def over_grpc(url, model):
    channel = grpc.insecure_channel(url)
    prediction = prediction_service_pb2_grpc.PredictionServiceStub(channel)
    models = model_service_pb2_grpc.ModelServiceStub(channel)

    def predict(inputs=None, name=model, version=None, signature="", outputs=()):
        request = specified(predict_pb2.PredictRequest(output_filter=outputs), name, version)
        request.model_spec.signature_name = signature
        for key, proto in (inputs or {"ids": proto_of(IDS), "weights": proto_of(WEIGHTS)}).items():
            request.inputs[key].CopyFrom(proto)
        return attempt(
            lambda: {key: array_of(proto) for key, proto in prediction.Predict(request, timeout=60).outputs.items()}
        )

    def signatures_in(response):
        signatures = get_model_metadata_pb2.SignatureDefMap()
        response.metadata["signature_def"].Unpack(signatures)
        return {"model_spec": MessageToDict(response.model_spec), **as_json(signatures)}

    def as_json(message):
        return MessageToDict(message, preserving_proto_field_name=True)

    def metadata(name=model, version=None, fields=("signature_def",)):
        request = specified(get_model_metadata_pb2.GetModelMetadataRequest(metadata_field=fields), name, version)
        return attempt(lambda: signatures_in(prediction.GetModelMetadata(request, timeout=60)))

    def status(name=model, version=None):
        request = specified(get_model_status_pb2.GetModelStatusRequest(), name, version)
        return attempt(lambda: as_json(models.GetModelStatus(request, timeout=60)))

    return {
        "status": status(),
        "status of the version": status(version=1),
        "status of another version": status(version=7),
        "status of another model": status(name="another"),
        "metadata": metadata(),
        "metadata of another version": metadata(version=7),
        "metadata of another model": metadata(name="another"),
        "another field of the metadata": metadata(fields=["another"]),
        "prediction": predict(),
        "prediction with lists": predict({"ids": proto_of(IDS, True), "weights": proto_of(WEIGHTS, True)}),
        "prediction with a signature": predict(signature="serving_default"),
        "prediction with a version": predict(version=1),
        "prediction with one output": predict(outputs=["twice"]),
        "another output": predict(outputs=["another"]),
        "another signature": predict(signature="another"),
        "another version": predict(version=7),
        "another model": predict(name="another"),
        "another datatype": predict({"ids": proto_of(IDS.astype(np.int32)), "weights": proto_of(WEIGHTS)}),
        "another shape": predict({"ids": proto_of(IDS.reshape(3, 2)), "weights": proto_of(WEIGHTS)}),
        "a missing input": predict({"ids": proto_of(IDS)}),
    }


def over_rest(url, model):
    def send(path, body=None):
        data = None if body is None else json.dumps(body).encode()
        return attempt(lambda: json.load(urllib.request.urlopen(f"http://{url}/v1/models/{path}", data, timeout=60)))

    inputs = {"ids": IDS.tolist(), "weights": WEIGHTS.tolist()}
    return {
        "status": send(model),
        "status of the version": send(f"{model}/versions/1"),
        "status of another version": send(f"{model}/versions/7"),
        "status of another model": send("another"),
        "metadata": send(f"{model}/metadata"),
        "metadata of another version": send(f"{model}/versions/7/metadata"),
        "metadata of another model": send("another/metadata"),
        "prediction": send(f"{model}:predict", {"inputs": inputs}),
        "prediction with a version": send(f"{model}/versions/1:predict", {"inputs": inputs}),
        "prediction with a signature": send(
            f"{model}:predict", {"signature_name": "serving_default", "inputs": inputs}
        ),
        "another signature": send(f"{model}:predict", {"signature_name": "another", "inputs": inputs}),
        "another version": send(f"{model}/versions/7:predict", {"inputs": inputs}),
        "another model": send("another:predict", {"inputs": inputs}),
        "another datatype": send(f"{model}:predict", {"inputs": {**inputs, "ids": [["a"]]}}),
        "another shape": send(f"{model}:predict", {"inputs": {**inputs, "ids": [[1, 2]]}}),
        "a missing input": send(f"{model}:predict", {"inputs": {"ids": inputs["ids"]}}),
    }


def main():
    rest, grpc_url, model = sys.argv[1:]
    print(json.dumps({"rest": over_rest(rest, model), "grpc": over_grpc(grpc_url, model)}))


main()
