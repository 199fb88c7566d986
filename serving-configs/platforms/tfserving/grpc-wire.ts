import {
  failInGrpc,
  GRPC_STATUS,
  grpcFailure,
  type GrpcInference,
  type GrpcWire,
} from '../../protocols/grpc-wire.ts';
import {
  BadInput,
  scoresOf,
  type ServedManifest,
  tensorOf,
  type WireInput,
} from '../../protocols/wire.ts';
import {
  DT_FLOAT,
  PREDICT,
  predictRequest,
  predictResponse,
  type PredictRequest,
} from './messages.ts';

const VERSION = 1;
/** What the exported model calls its output. */
const OUTPUT = 'probs';

/** The floats of `image` as bytes, of any height and width, or the file in `jpeg`. */
const read = ({ inputs: { image, jpeg } }: PredictRequest): WireInput => {
  const [file] = jpeg?.string_val ?? [];
  if (file !== undefined) return { kind: 'image', bytes: file };
  const shape = (image?.tensor_shape?.dim ?? []).map(({ size }) => size);
  if (image?.tensor_content === undefined || shape.length !== 4) {
    throw new BadInput('unexpected input');
  }
  return tensorOf(image.tensor_content, shape);
};

/** TensorFlow Serving's gRPC API with the signatures of the REST side, as far as the middleware asks for them. */
export default ({ model: { name } }: ServedManifest): GrpcWire => {
  const predict = (request: PredictRequest): GrpcInference => ({
    kind: 'inference',
    protocol: 'grpc',
    form: () => request.model_spec?.signature_name ?? '',
    read: () => read(request),
    render: (signature, output) => ({
      status: GRPC_STATUS.OK,
      message: predictResponse.encode({
        outputs: {
          [OUTPUT]: {
            dtype: DT_FLOAT,
            tensor_shape: { dim: [{ size: 1 }, { size: scoresOf(output).length }] },
            // Bytes only where the server was told to, which it is not.
            float_val: Array.from(scoresOf(output)),
          },
        },
        model_spec: { name, version: { value: VERSION }, signature_name: signature },
      }),
    }),
    fail: failInGrpc,
  });

  return {
    [PREDICT]: (message) => {
      const request = predictRequest.decode(message);
      const asked = request.model_spec?.name;
      return asked === name
        ? predict(request)
        : grpcFailure(GRPC_STATUS.NOT_FOUND, `model ${asked} not found`);
    },
  };
};
