"""Asks a server everything that KServe's clients can, over versions 1 and 2 of the protocol, and prints the answers as one line of
JSON: values, or the statuses of refusals.

usage: ask_kserve.py REST_URL GRPC_URL MODEL
"""

import asyncio
import json
import sys

import grpc
import httpx
import numpy as np
from kserve import InferenceGRPCClient, InferenceRESTClient, InferInput, InferRequest, RESTConfig

IDS = np.arange(-2, 4, dtype=np.int64).reshape(2, 3)
WEIGHTS = (IDS / 8).astype(np.float32)


def request(model, ids=IDS, binary=True):
    inputs = []
    for name, values in (("ids", ids), ("weights", WEIGHTS)):
        datatype = {"int64": "INT64", "int32": "INT32", "float32": "FP32"}[values.dtype.name]
        tensor = InferInput(name, list(values.shape), datatype)
        tensor.set_data_from_numpy(values, binary_data=binary)
        inputs.append(tensor)
    return InferRequest(model, inputs, request_id="seven")


def values_in(response):
    return {"id": response.id, **{output.name: output.as_numpy().tolist() for output in response.outputs}}


async def attempt(call):
    try:
        return await call
    except httpx.HTTPStatusError as error:
        return {"refused": error.response.status_code}
    except grpc.RpcError as error:
        return {"refused": error.code().name}


async def over_rest(url, model):
    answers = {}
    for protocol in ("v1", "v2"):
        client = InferenceRESTClient(RESTConfig(protocol=protocol, timeout=60))
        answers[protocol] = {
            "live": await attempt(client.is_server_live(url)),
            "model ready": await attempt(client.is_model_ready(url, model)),
            "another model ready": await attempt(client.is_model_ready(url, "another")),
        }

    async def infer(sent, name=model):
        async def ask():
            return values_in(await client.infer(url, sent, model_name=name))

        return await attempt(ask())

    answers["v2"].update(
        {
            "ready": await attempt(client.is_server_ready(url)),
            "inference": await infer(request(model)),
            "inference from JSON": await infer(request(model, binary=False)),
            "another model": await infer(request("another"), "another"),
            "another datatype": await infer(request(model, IDS.astype(np.int32))),
            "another shape": await infer(request(model, IDS.reshape(3, 2))),
        }
    )
    return answers


async def over_grpc(url, model):
    client = InferenceGRPCClient(url)

    async def infer(sent):
        async def ask():
            return values_in(await client.infer(sent))

        return await attempt(ask())

    return {
        "live": await attempt(client.is_server_live()),
        "ready": await attempt(client.is_server_ready()),
        "model ready": await attempt(client.is_model_ready(model)),
        "another model ready": await attempt(client.is_model_ready("another")),
        "inference": await infer(request(model)),
        "inference from lists": await infer(request(model, binary=False)),
        "another model": await infer(request("another")),
        "another datatype": await infer(request(model, IDS.astype(np.int32))),
        "another shape": await infer(request(model, IDS.reshape(3, 2))),
    }


async def main():
    rest, grpc_url, model = sys.argv[1:]
    print(json.dumps({**await over_rest(f"http://{rest}", model), "grpc": await over_grpc(grpc_url, model)}))


asyncio.run(main())
