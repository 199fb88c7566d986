import {
  GRPC_STATUS,
  grpcFailure,
  type GrpcAnswer,
  type GrpcInference,
  type GrpcWireFactory,
  type PlatformWires,
} from '../../protocols/grpc-wire.ts';
import {
  createPredictionsWire,
  HEALTHY,
  handlerInput,
  topFive,
} from '../../protocols/predictions-api/front-end.ts';
import { callOf } from '../../protocols/tensors/tensor-call.ts';
import { failWith, scoresOf } from '../../protocols/wire.ts';
import {
  healthResponse,
  PING,
  predictionResponse,
  PREDICTIONS,
  predictionsRequest,
} from './messages.ts';

/** Nearly every failure is INTERNAL; clients have to read the details. */
const internal = (details: string): GrpcAnswer => ({ status: GRPC_STATUS.INTERNAL, details });

const answer = (prediction: Uint8Array): GrpcAnswer => ({
  status: GRPC_STATUS.OK,
  message: predictionResponse.encode({ prediction }),
});

/** The request field that the middleware sets. */
const FIELD = 'data';

/** The same handler as over REST, which answers text. Statuses were recorded from 0.12.0. */
const grpc: GrpcWireFactory = ({ served }) => {
  const predict = (input: Uint8Array | undefined): GrpcInference => {
    const classes: GrpcInference = {
      kind: 'inference',
      protocol: 'grpc',
      form: () => 'top-five',
      read: () => handlerInput(input, served),
      render: (_form, output) => answer(Buffer.from(topFive(scoresOf(output), served))),
      fail: failWith<GrpcAnswer>({
        badInput: () => ({ status: GRPC_STATUS.UNAVAILABLE, details: 'Prediction failed' }),
        overloaded: () => internal('it has no worker to serve one more'),
        failed: internal,
      }),
    };
    return callOf(served, classes, answer, () => input ?? new Uint8Array());
  };

  return {
    [PING]: () => ({
      kind: 'answer',
      answer: { status: GRPC_STATUS.OK, message: healthResponse.encode({ health: HEALTHY }) },
    }),
    [PREDICTIONS]: (message) => {
      const { model_name: requested, input } = predictionsRequest.decode(message);
      return requested === served.name
        ? predict(input[FIELD])
        : grpcFailure(GRPC_STATUS.INTERNAL, `${requested}: ModelNotFoundException`);
    },
  };
};

/** The inference APIs of TorchServe 0.12. */
export default {
  rest: createPredictionsWire({ jobQueueSize: 1000 }),
  grpc,
} satisfies PlatformWires;
