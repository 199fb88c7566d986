import {
  failInGrpc,
  GRPC_STATUS,
  grpcFailure,
  type GrpcInference,
  type GrpcWire,
} from '../../protocols/grpc-wire.ts';
import { tensorsInput } from '../../protocols/tensors/tensor-call.ts';
import {
  BadInput,
  namedTensorsOf,
  scoresOf,
  type ServedManifest,
  tensorOf,
  type WireInput,
} from '../../protocols/wire.ts';
import {
  DT_FLOAT,
  listedProto,
  PREDICT,
  predictRequest,
  predictResponse,
  tensorsFrom,
  type PredictRequest,
  type TensorProto,
} from './messages.ts';

const VERSION = 1;
/** Name of the output of the exported model. */
const OUTPUT = 'probs';

/** Reads the floats in `image`, of any height and width, or the file in `jpeg`. */
const read = ({ inputs: { image, jpeg } }: PredictRequest): WireInput => {
  const [file] = jpeg?.string_val ?? [];
  if (file !== undefined) return { kind: 'image', bytes: file };
  const shape = (image?.tensor_shape?.dim ?? []).map(({ size }) => size);
  if (image?.tensor_content === undefined || shape.length !== 4) {
    throw new BadInput('unexpected input');
  }
  return tensorOf(image.tensor_content, shape);
};

/** Scores as a list; the server would answer bytes only if it were configured to. */
const scoresIn = (scores: Float32Array): TensorProto => ({
  dtype: DT_FLOAT,
  tensor_shape: { dim: [{ size: 1 }, { size: scores.length }] },
  float_val: Array.from(scores),
});

/** TensorFlow Serving's gRPC API with the signatures that the middleware uses, or with the named tensors of a user's model. */
export default ({ model: { name }, tensorModel }: ServedManifest): GrpcWire => {
  const predict = (request: PredictRequest): GrpcInference => ({
    kind: 'inference',
    protocol: 'grpc',
    form: () => request.model_spec?.signature_name ?? '',
    read: () =>
      tensorModel === undefined
        ? read(request)
        : tensorsInput(tensorsFrom(request.inputs), tensorModel),
    render: (signature, output) => ({
      status: GRPC_STATUS.OK,
      message: predictResponse.encode({
        outputs:
          tensorModel === undefined
            ? { [OUTPUT]: scoresIn(scoresOf(output)) }
            : Object.fromEntries(
                namedTensorsOf(output).map((tensor) => [tensor.name, listedProto(tensor)]),
              ),
        model_spec: { name, version: { value: VERSION }, signature_name: signature },
      }),
    }),
    fail: failInGrpc,
  });

  return {
    [PREDICT]: (message) => {
      const request = predictRequest.decode(message);
      const requested = request.model_spec?.name;
      return requested === name
        ? predict(request)
        : grpcFailure(GRPC_STATUS.NOT_FOUND, `model ${requested} not found`);
    },
  };
};
