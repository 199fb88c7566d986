"""`PredictionService/Predict` on the official descriptors of TensorFlow Serving's API, without TensorFlow."""

from pathlib import Path

import grpc
import monitoring
import numpy as np
import signatures
from google.protobuf import any_pb2, descriptor_pb2, descriptor_pool, message_factory, wrappers_pb2

DT_FLOAT = 1
DT_STRING = 7
# The number of each type, and the list of a TensorProto for its values.
TYPES = {
    np.dtype("<f4"): (DT_FLOAT, "float_val"),
    np.dtype("<f2"): (19, "half_val"),
    np.dtype("<i8"): (9, "int64_val"),
    np.dtype("<i4"): (3, "int_val"),
    np.dtype("u1"): (4, "int_val"),
    np.dtype("?"): (10, "bool_val"),
}
DTYPES = {number: dtype for dtype, (number, _) in TYPES.items()}
SERVICE = "tensorflow.serving.PredictionService"


def message_classes():
    pool = descriptor_pool.DescriptorPool()
    for module in (any_pb2, wrappers_pb2):
        pool.AddSerializedFile(module.DESCRIPTOR.serialized_pb)
    descriptors = Path(__file__).with_name("descriptors.binpb").read_bytes()
    for file in descriptor_pb2.FileDescriptorSet.FromString(descriptors).file:
        pool.AddSerializedFile(file.SerializeToString())
    names = ("PredictRequest", "PredictResponse")
    return [message_factory.GetMessageClass(pool.FindMessageTypeByName(f"tensorflow.serving.{name}")) for name in names]


PredictRequest, PredictResponse = message_classes()


def floats_of(proto):
    """The values of a float TensorProto. If a list is shorter than the shape, its last value is repeated."""
    shape = tuple(dim.size for dim in proto.tensor_shape.dim)
    signatures.check_image_shape(shape)
    size = int(np.prod(shape))
    if proto.tensor_content:
        if len(proto.tensor_content) != 4 * size:
            raise signatures.Refused("Tensor proto has a tensor_content that does not fit its shape")
        return np.frombuffer(proto.tensor_content, "<f4").reshape(shape)
    listed = np.asarray(proto.float_val, np.float32)
    if len(listed) > size:
        raise signatures.Refused("Tensor proto has more values than its shape")
    values = np.full(size, listed[-1] if len(listed) else 0, np.float32)
    values[: len(listed)] = listed
    return values.reshape(shape)


def bytes_of(proto):
    if proto.tensor_shape.dim or len(proto.string_val) != 1:
        raise signatures.Refused("input must be a scalar string")
    return proto.string_val[0]


def array_of(proto):
    """The values of a TensorProto of any type, which must be bytes."""
    shape = tuple(dim.size for dim in proto.tensor_shape.dim)
    dtype = DTYPES.get(proto.dtype)
    if dtype is None or len(proto.tensor_content) != dtype.itemsize * int(np.prod(shape)):
        raise signatures.Refused("Tensor proto has a tensor_content that does not fit its type and shape")
    return np.frombuffer(proto.tensor_content, dtype).reshape(shape)


def fill(output, values):
    """Writes values as a list; the server would answer bytes only if it were configured to."""
    output.dtype, listed = TYPES[values.dtype]
    for size in values.shape:
        output.tensor_shape.dim.add().size = size
    flat = values.reshape(-1)
    getattr(output, listed).extend((flat.view(np.uint16) if listed == "half_val" else flat).tolist())


def run_named(request):
    if set(request.inputs) != set(signatures.NAMED):
        raise signatures.Refused(
            f"input size does not match signature: {','.join(request.inputs)} instead of {','.join(signatures.NAMED)}"
        )
    outputs = signatures.run_named({name: array_of(proto) for name, proto in request.inputs.items()})
    wanted = set(request.output_filter or outputs)
    return {name: values for name, values in outputs.items() if name in wanted}


def run(request, signature):
    name = signatures.input_name(signature)
    if set(request.inputs) != {name}:
        listed = ",".join(request.inputs)
        raise signatures.Refused(
            f"input size does not match signature: {len(request.inputs)}!=1 len({{{listed}}}) != len({{{name}}})."
        )
    proto = request.inputs[name]
    wanted, word = (DT_FLOAT, "float") if signature == signatures.DEFAULT else (DT_STRING, "string")
    if proto.dtype != wanted:
        raise signatures.Refused(f"Expects arg[0] to be {word} but dtype {proto.dtype} is provided")
    if wanted == DT_FLOAT:
        return signatures.run_floats(floats_of(proto))
    return signatures.run_bytes(signature, bytes_of(proto))


def predict(request, context):
    spec = request.model_spec
    if not spec.name:
        context.abort(grpc.StatusCode.INVALID_ARGUMENT, "Missing ModelSpec")
    asks_version = spec.WhichOneof("version_choice") == "version"
    if spec.name != signatures.NAME or spec.version_label or asks_version and spec.version.value != signatures.VERSION:
        asked = f"Specific({spec.name}, {spec.version.value})" if asks_version else f"Latest({spec.name})"
        context.abort(grpc.StatusCode.NOT_FOUND, f"Servable not found for request: {asked}")
    signature = spec.signature_name or signatures.DEFAULT
    try:
        with monitoring.request("GRPC"):
            if signatures.NAMED is None:
                outputs = {signatures.OUTPUT: run(request, signature).reshape(1, -1)}
            else:
                outputs = run_named(request)
    except signatures.UnknownSignature:
        context.abort(grpc.StatusCode.FAILED_PRECONDITION, f'Serving signature key "{signature}" not found.')
    except signatures.Refused as error:
        context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
    response = PredictResponse()
    response.model_spec.name = signatures.NAME
    response.model_spec.version.value = signatures.VERSION
    response.model_spec.signature_name = signature
    for name, values in outputs.items():
        fill(response.outputs[name], values)
    return response


def start(address):
    handler = grpc.unary_unary_rpc_method_handler(
        predict,
        request_deserializer=PredictRequest.FromString,
        response_serializer=lambda message: message.SerializeToString(),
    )
    unlimited = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
    server = grpc.server(signatures.workers, options=unlimited)
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, {"Predict": handler}),))
    server.add_insecure_port(address)
    server.start()
    return server
