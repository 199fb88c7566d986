import {
  GRPC_STATUS,
  grpcFailure,
  type GrpcAnswer,
  type GrpcInference,
  type GrpcStatus,
  type GrpcWire,
} from '../grpc-wire.ts';
import type { ServingManifest } from '../manifest.ts';
import { UnreadableMessage } from '../protobuf-messages.ts';
import { floatsOf, sizeOfShape, WireRefusal, type WireFailure, type WireInput } from '../wire.ts';
import {
  DT_FLOAT,
  DT_STRING,
  PREDICT,
  predictRequest,
  predictResponse,
  type ModelSpec,
  type PredictRequest,
  type TensorProto,
} from './messages.ts';
import { INPUT_BY_SIGNATURE, RAW_LENGTH, RAW_SHAPE } from './signatures.ts';

const VERSION = 1;
const DEFAULT_SIGNATURE = 'serving_default';
/** What the exported model calls its output. */
const OUTPUT = 'probs';

const refuse = (
  details: string,
  status: Exclude<GrpcStatus, 0> = GRPC_STATUS.INVALID_ARGUMENT,
): never => {
  throw new WireRefusal<GrpcAnswer>({ status, details });
};

const shapeOf = ({ tensor_shape: shape }: TensorProto): readonly number[] =>
  (shape?.dim ?? []).map(({ size }) => size);

/**
 * The values of a tensor. Fewer in the list than the shape has places stand for the last one repeated, as
 * tensorflow/core/framework/tensor.proto says.
 */
const floatValues = (tensor: TensorProto, size: number): Float32Array => {
  const { tensor_content: content, float_val: list = [] } = tensor;
  if (content !== undefined && content.length > 0) {
    return content.length === 4 * size
      ? floatsOf(content)
      : refuse(`tensor parsing error: ${INPUT_BY_SIGNATURE[DEFAULT_SIGNATURE]}`);
  }
  const values = new Float32Array(size);
  values.set(list.slice(0, size));
  return values.fill(list.at(-1) ?? 0, list.length);
};

const floatInput = (tensor: TensorProto): WireInput => {
  const shape = shapeOf(tensor);
  const [batch, height = 0, width = 0, channels] = shape;
  if (shape.length !== 4 || batch !== 1 || channels !== 3 || height < 1 || width < 1) {
    return refuse(
      `input must be of shape [1,?,?,3] for signature ${DEFAULT_SIGNATURE}, but got [${shape.join(',')}]`,
    );
  }
  return { kind: 'tensor', values: floatValues(tensor, sizeOfShape(shape)), shape };
};

const bytesInput = (tensor: TensorProto): Uint8Array => {
  const shape = shapeOf(tensor);
  const [bytes, ...more] = tensor.string_val ?? [];
  if (shape.length > 0) return refuse(`input must be a scalar, but got shape [${shape.join(',')}]`);
  if (bytes === undefined || more.length > 0) return refuse('input must be one string');
  return bytes;
};

const rawInput = (bytes: Uint8Array): WireInput =>
  bytes.length === 4 * RAW_LENGTH
    ? { kind: 'tensor', values: floatsOf(bytes), shape: RAW_SHAPE }
    : refuse(
        `Input to reshape is a tensor with ${bytes.length / 4} values, but the requested shape has ${RAW_LENGTH}`,
      );

const signatureOf = ({ model_spec: spec }: PredictRequest): string =>
  spec?.signature_name || DEFAULT_SIGNATURE;

const read = (request: PredictRequest): WireInput => {
  const signature = signatureOf(request);
  const inputName = Object.hasOwn(INPUT_BY_SIGNATURE, signature)
    ? INPUT_BY_SIGNATURE[signature]
    : undefined;
  if (inputName === undefined) {
    return refuse(
      `Serving signature key "${signature}" not found.`,
      GRPC_STATUS.FAILED_PRECONDITION,
    );
  }
  const names = Object.keys(request.inputs);
  const tensor = request.inputs[inputName];
  if (names.length !== 1) {
    const extra = names.filter((name) => name !== inputName).join(',');
    return refuse(
      `input size does not match signature: ${names.length}!=1 len({${names.join(',')}}) != len({${inputName}}). ` +
        `Sent extra: {${extra}}. Missing but required: {${tensor === undefined ? inputName : ''}}.`,
    );
  }
  if (tensor === undefined) {
    return refuse(
      `input tensor alias not found in signature: ${names[0]}. Inputs expected to be in the set {${inputName}}.`,
    );
  }
  const isFloat = signature === DEFAULT_SIGNATURE;
  if (tensor.dtype !== (isFloat ? DT_FLOAT : DT_STRING)) {
    return refuse(
      `Expects arg[0] to be ${isFloat ? 'float' : 'string'} but dtype ${tensor.dtype} is provided`,
    );
  }
  if (isFloat) return floatInput(tensor);
  const bytes = bytesInput(tensor);
  return signature === 'serving_raw' ? rawInput(bytes) : { kind: 'image', bytes };
};

const failureAnswer = (failure: WireFailure): GrpcAnswer => {
  switch (failure.kind) {
    case 'bad-image':
      return {
        status: GRPC_STATUS.INVALID_ARGUMENT,
        details: `Invalid image data: ${failure.message}`,
      };
    case 'overloaded':
      return { status: GRPC_STATUS.UNAVAILABLE, details: 'Too many requests in flight' };
    case 'failed':
      return { status: GRPC_STATUS.INTERNAL, details: failure.message };
    default:
      return failure satisfies never;
  }
};

const askedFor = ({ name, version }: ModelSpec): string =>
  version == null ? `Latest(${name})` : `Specific(${name}, ${version.value})`;

/**
 * TensorFlow Serving's gRPC API with the signatures of the REST side. Statuses and words are those of its source; that of a
 * message that is none is gRPC's own.
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
    fail: failureAnswer,
  });

  return {
    [PREDICT]: (message, ready) => {
      let request: PredictRequest;
      try {
        request = predictRequest.decode(message);
      } catch (error) {
        if (!(error instanceof UnreadableMessage)) throw error;
        return grpcFailure(GRPC_STATUS.INTERNAL, 'Unable to parse request');
      }
      const spec = request.model_spec ?? { name: '' };
      if (spec.name === '') {
        return grpcFailure(GRPC_STATUS.INVALID_ARGUMENT, 'Missing ModelSpec');
      }
      const isServed =
        spec.name === name &&
        (spec.version_label ?? '') === '' &&
        (spec.version?.value ?? VERSION) === VERSION;
      return ready && isServed
        ? predict(request)
        : grpcFailure(GRPC_STATUS.NOT_FOUND, `Servable not found for request: ${askedFor(spec)}`);
    },
  };
};

export default createGrpcWire;
