import {
  GRPC_STATUS,
  grpcFailure,
  type GrpcAnswer,
  type GrpcInference,
  type GrpcStatus,
  type GrpcWire,
} from '../../protocols/grpc-wire.ts';
import type { ServingManifest } from '../../manifest.ts';
import { readableOr } from '../../protocols/protobuf-messages.ts';
import {
  bytesOf,
  failWith,
  floatsOf,
  MALFORMED,
  sizeOfShape,
  WireRefusal,
  type WireInput,
} from '../../protocols/wire.ts';
import {
  DT_FLOAT,
  DT_STRING,
  PREDICT,
  predictRequest,
  predictResponse,
  type PredictRequest,
  type TensorProto,
} from './messages.ts';
import { INPUT_BY_SIGNATURE, RAW_SHAPE } from './predict-request.ts';

const VERSION = 1;
const DEFAULT_SIGNATURE = 'serving_default';
/** What the exported model calls its output. */
const OUTPUT = 'probs';

const refuse = (status: Exclude<GrpcStatus, 0> = GRPC_STATUS.INVALID_ARGUMENT): never => {
  throw new WireRefusal<GrpcAnswer>({ status, details: MALFORMED });
};

const shapeOf = ({ tensor_shape: shape }: TensorProto): readonly number[] =>
  (shape?.dim ?? []).map(({ size }) => size);

const tensorOf = (bytes: Uint8Array, shape: readonly number[]): WireInput =>
  bytes.length === 4 * sizeOfShape(shape)
    ? { kind: 'tensor', values: floatsOf(bytes), shape }
    : refuse();

const floatInput = (tensor: TensorProto): WireInput => {
  const shape = shapeOf(tensor);
  const [batch, height = 0, width = 0, channels] = shape;
  if (shape.length !== 4 || batch !== 1 || channels !== 3 || height < 1 || width < 1) {
    return refuse();
  }
  const { tensor_content: content = new Uint8Array(), float_val: list = [] } = tensor;
  return tensorOf(content.length > 0 ? content : bytesOf(Float32Array.from(list)), shape);
};

const bytesInput = (tensor: TensorProto): Uint8Array => {
  const [bytes, ...more] = tensor.string_val ?? [];
  return bytes !== undefined && more.length === 0 && shapeOf(tensor).length === 0
    ? bytes
    : refuse();
};

const signatureOf = ({ model_spec: spec }: PredictRequest): string =>
  spec?.signature_name || DEFAULT_SIGNATURE;

const read = (request: PredictRequest): WireInput => {
  const signature = signatureOf(request);
  const inputName = Object.hasOwn(INPUT_BY_SIGNATURE, signature)
    ? INPUT_BY_SIGNATURE[signature]
    : undefined;
  if (inputName === undefined) return refuse(GRPC_STATUS.FAILED_PRECONDITION);
  const tensor = request.inputs[inputName];
  const isFloat = signature === DEFAULT_SIGNATURE;
  if (
    tensor === undefined ||
    Object.keys(request.inputs).length !== 1 ||
    tensor.dtype !== (isFloat ? DT_FLOAT : DT_STRING)
  ) {
    return refuse();
  }
  if (isFloat) return floatInput(tensor);
  const bytes = bytesInput(tensor);
  return signature === 'serving_raw' ? tensorOf(bytes, RAW_SHAPE) : { kind: 'image', bytes };
};

/**
 * TensorFlow Serving's gRPC API with the signatures of the REST side. Statuses are those of its source;
 * that of a message that is none is gRPC's own.
 */
const createGrpcWire = ({ model: { name } }: ServingManifest): GrpcWire => {
  const predict = (request: PredictRequest): GrpcInference => ({
    kind: 'inference',
    protocol: 'grpc',
    form: () => signatureOf(request),
    read: () => read(request),
    render: (signature, values) => ({
      status: GRPC_STATUS.OK,
      message: predictResponse.encode({
        outputs: {
          [OUTPUT]: {
            dtype: DT_FLOAT,
            tensor_shape: { dim: [{ size: 1 }, { size: values.length }] },
            // Bytes only where the server was told to, which it is not.
            float_val: Array.from(values),
          },
        },
        model_spec: { name, version: { value: VERSION }, signature_name: signature },
      }),
    }),
    fail: failWith<GrpcAnswer>({
      badImage: (details) => ({ status: GRPC_STATUS.INVALID_ARGUMENT, details }),
      overloaded: () => ({ status: GRPC_STATUS.UNAVAILABLE, details: 'too many requests' }),
      failed: (details) => ({ status: GRPC_STATUS.INTERNAL, details }),
    }),
  });

  return {
    [PREDICT]: (message, ready) => {
      const request = readableOr(predictRequest, message);
      if (request === undefined) return grpcFailure(GRPC_STATUS.INTERNAL, MALFORMED);
      const spec = request.model_spec ?? { name: '' };
      if (spec.name === '') return grpcFailure(GRPC_STATUS.INVALID_ARGUMENT, MALFORMED);
      const isServed =
        spec.name === name &&
        (spec.version_label ?? '') === '' &&
        (spec.version?.value ?? VERSION) === VERSION;
      return ready && isServed
        ? predict(request)
        : grpcFailure(GRPC_STATUS.NOT_FOUND, `model ${spec.name} not found`);
    },
  };
};

export default createGrpcWire;
