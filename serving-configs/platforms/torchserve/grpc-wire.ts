import {
  GRPC_STATUS,
  grpcFailure,
  type GrpcAnswer,
  type GrpcInference,
  type GrpcWire,
} from '../../protocols/grpc-wire.ts';
import type { ServingManifest } from '../../manifest.ts';
import { inputOfFields, topFive } from '../../protocols/predictions-api/handler.ts';
import { readableOr } from '../../protocols/protobuf-messages.ts';
import { failWith, WireRefusal } from '../../protocols/wire.ts';
import { noWorker } from './wire.ts';
import {
  predictionResponse,
  PREDICTIONS,
  predictionsRequest,
  type PredictionsRequest,
} from './messages.ts';

const VERSION = '1.0';

/** Nearly every failure is an internal error whose words end with the name of an exception. */
const failed = (message: string, exception: string): GrpcAnswer => ({
  status: GRPC_STATUS.INTERNAL,
  details: `${message}\n${exception}`,
});

const IN_HTTP = 'org.pytorch.serve.http';

/** What a handler's exception becomes. */
const predictionFailed: GrpcAnswer = {
  status: GRPC_STATUS.UNAVAILABLE,
  details: `Prediction failed\n${IN_HTTP}.InternalServerException`,
};

/**
 * TorchServe 0.12's gRPC API: the handler of the REST side, whose answer is its text. Statuses are those recorded from
 * 0.12.0.
 */
const createGrpcWire = ({ model: { name, layout } }: ServingManifest): GrpcWire => {
  const shape = layout === 'NCHW' ? [1, 3, 224, 224] : [1, 224, 224, 3];

  const predict = (request: PredictionsRequest): GrpcInference => ({
    kind: 'inference',
    protocol: 'grpc',
    form: () => 'top-five',
    read: () => {
      const input = inputOfFields((field) => request.input[field], shape);
      if (input !== undefined) return input;
      throw new WireRefusal(predictionFailed);
    },
    render: (_form, values) => ({
      status: GRPC_STATUS.OK,
      message: predictionResponse.encode({ prediction: Buffer.from(topFive(values)) }),
    }),
    fail: failWith<GrpcAnswer>({
      badImage: () => predictionFailed,
      overloaded: () => failed(noWorker(name), 'InternalServerException.()'),
      failed: () => failed('Worker died.', `${IN_HTTP}.InternalServerException`),
    }),
  });

  return {
    [PREDICTIONS]: (message) => {
      const request = readableOr(predictionsRequest, message);
      if (request === undefined) return grpcFailure(GRPC_STATUS.UNKNOWN, '');
      const { model_name: model, model_version: version = '' } = request;
      if (model !== name || (version !== '' && version !== VERSION)) {
        const exception = 'org.pytorch.serve.archive.model.ModelNotFoundException';
        return { kind: 'answer', answer: failed(`Model not found: ${model}`, exception) };
      }
      return predict(request);
    },
  };
};

export default createGrpcWire;
