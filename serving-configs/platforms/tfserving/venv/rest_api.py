"""TensorFlow Serving's REST API for one model: `:predict` in row and column format, the status of the model, and metrics."""

import asyncio
import base64
import binascii
import re

import monitoring
import numpy as np
import orjson
import signatures

JSON = [(b"content-type", b"application/json")]
TEXT = [(b"content-type", b"text/plain")]
# The path in monitoring.config, beside the manifest.
METRICS = "/monitoring/prometheus/metrics"
ROUTE = re.compile(r"/v1/models/([^/:]+)(?:/versions/(\d+))?(:predict)?", re.IGNORECASE)
STATUS = {
    "model_version_status": [
        {
            "version": str(signatures.VERSION),
            "state": "AVAILABLE",
            "status": {"error_code": "OK", "error_message": ""},
        }
    ]
}


def base64_of(value):
    if not isinstance(value, dict) or set(value) != {"b64"} or not isinstance(value["b64"], str):
        return None
    try:
        return base64.b64decode(value["b64"], validate=True)
    except binascii.Error as error:
        raise signatures.Refused("Unable to base64 decode") from error


def parse(body):
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise signatures.Refused(f"JSON Parse error: {error}") from error
    if not isinstance(document, dict):
        raise signatures.Refused("JSON Value: Is not object")
    return document


def input_of(document, name):
    """The value of the only input, and whether it has a batch dimension."""
    if ("instances" in document) == ("inputs" in document):
        raise signatures.Refused("Missing 'inputs' or 'instances' key")
    is_row = "instances" in document
    value = document["instances"] if is_row else document["inputs"]
    if is_row:
        if not isinstance(value, list) or len(value) != 1:
            raise signatures.Refused("JSON Value: 'instances' must be a list of one")
        (value,) = value
    if isinstance(value, dict) and base64_of(value) is None:
        if set(value) != {name}:
            raise signatures.Refused(f"Missing named input: {name}")
        value = value[name]
    return value, not is_row


def floats_of(value, is_batch):
    try:
        tensor = np.asarray(value, np.float32)
    except (TypeError, ValueError) as error:
        raise signatures.Refused("Encountered list at unexpected size, or no float") from error
    return tensor if is_batch else tensor[np.newaxis]


def predict_named(columns):
    """Answers named tensors in column format; a single output has no name."""
    if not isinstance(columns, dict) or set(columns) != set(signatures.NAMED):
        raise signatures.Refused(f"Missing named input: {', '.join(signatures.NAMED)}")
    try:
        arrays = {name: np.array(columns[name], dtype) for name, dtype in signatures.NAMED.items()}
    except (TypeError, ValueError, OverflowError) as error:
        raise signatures.Refused("Encountered list at unexpected size, or a value of another type") from error
    outputs = signatures.run_named(arrays)
    return {"outputs": outputs if len(outputs) > 1 else next(iter(outputs.values()))}


def predict(body):
    document = parse(body)
    if signatures.NAMED is not None:
        return predict_named(document.get("inputs"))
    signature = document.get("signature_name") or signatures.DEFAULT
    if not isinstance(signature, str):
        raise signatures.Refused("'signature_name' key must be a string value.")
    value, is_batch = input_of(document, signatures.input_name(signature))
    if signature == signatures.DEFAULT:
        values = signatures.run_floats(floats_of(value, is_batch))
    else:
        data = base64_of(value)
        if data is None:
            raise signatures.Refused("JSON Value: not formatted correctly for base64 data")
        if not is_batch:
            raise signatures.Refused("input must be a scalar, but got shape [1]")
        values = signatures.run_bytes(signature, data)
    return {"outputs" if is_batch else "predictions": [values]}


async def answer(method, path, body):
    if not path.lower().startswith("/v1/"):
        return 404, {"error": "Not Found"}
    match = ROUTE.fullmatch(path)
    if match is None or (method == "POST") != (match[3] is not None):
        return 400, {"error": f"Malformed request: {method} {path}"}
    name, version, verb = match.groups()
    known = name == signatures.NAME and int(version or signatures.VERSION) == signatures.VERSION
    if verb is None:
        return (200, STATUS) if known else (404, {"error": f"Could not find any versions of model {name}"})
    if not known:
        asked = f"Latest({name})" if version is None else f"Specific({name}, {version})"
        return 404, {"error": f"Servable not found for request: {asked}"}
    try:
        with monitoring.request("REST"):
            return 200, await asyncio.get_running_loop().run_in_executor(signatures.workers, predict, body)
    except signatures.Refused as error:
        return 400, {"error": str(error)}


async def app(scope, receive, send):
    if scope["type"] != "http":
        return

    async def read_body():
        parts = []
        while True:
            message = await receive()
            parts.append(message.get("body", b""))
            if not message.get("more_body"):
                return b"".join(parts)

    if scope["method"] == "GET" and scope["path"] == METRICS:
        status, kind, body = 200, TEXT, monitoring.page().encode()
    else:
        # The body is read even if the request is refused; otherwise a client that is still sending may lose the answer.
        status, document = await answer(scope["method"], scope["path"], await read_body())
        kind, body = JSON, orjson.dumps(document, option=orjson.OPT_SERIALIZE_NUMPY)
    headers = [*kind, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
