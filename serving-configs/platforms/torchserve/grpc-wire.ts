import {
  GRPC_STATUS,
  grpcFailure,
  type GrpcAnswer,
  type GrpcInference,
  type GrpcWire,
} from '../../protocols/grpc-wire.ts';
import type { ServingManifest } from '../../manifest.ts';
import { handlerInput, topFive } from '../../protocols/predictions-api/handler.ts';
import { failWith, inputShape } from '../../protocols/wire.ts';
import { noWorker } from './wire.ts';
import { predictionResponse, PREDICTIONS, predictionsRequest } from './messages.ts';

/** Nearly every failure is an internal error whose words end with the name of an exception. */
const internal = (message: string, exception: string): GrpcAnswer => ({
  status: GRPC_STATUS.INTERNAL,
  details: `${message}\n${exception}`,
});

/** The field that the middleware fills. */
const FIELD = 'data';

/**
 * TorchServe 0.12's gRPC API: the handler of the REST side, whose answer is its text. Statuses are those recorded from
 * 0.12.0.
 */
export default ({ model }: ServingManifest): GrpcWire => {
  const predict = (input: Uint8Array | undefined): GrpcInference => ({
    kind: 'inference',
    protocol: 'grpc',
    form: () => 'top-five',
    read: () => handlerInput(input, inputShape(model)),
    render: (_form, values) => ({
      status: GRPC_STATUS.OK,
      message: predictionResponse.encode({ prediction: Buffer.from(topFive(values)) }),
    }),
    fail: failWith<GrpcAnswer>({
      badInput: () => ({ status: GRPC_STATUS.UNAVAILABLE, details: 'Prediction failed' }),
      overloaded: () => internal(noWorker(model.name), 'InternalServerException.()'),
      failed: () => internal('Worker died.', 'org.pytorch.serve.http.InternalServerException'),
    }),
  });

  return {
    [PREDICTIONS]: (message) => {
      const { model_name: asked, input } = predictionsRequest.decode(message);
      return asked === model.name
        ? predict(input[FIELD])
        : grpcFailure(GRPC_STATUS.INTERNAL, `Model not found: ${asked}\nModelNotFoundException`);
    },
  };
};
