import path from 'node:path';
import { openEntry, readSchema } from '../../protocols/protobuf-messages.ts';

interface PredictionsRequest {
  readonly model_name: string;
  readonly model_version?: string;
  /** The fields that a handler reads, like those of a form. */
  readonly input: Readonly<Record<string, Uint8Array>>;
}

interface PredictionResponse {
  /** The text that the handler answers. */
  readonly prediction: Uint8Array;
}

const schema = readSchema(path.join(import.meta.dirname, 'inference.proto'));
const PACKAGE = 'org.pytorch.serve.grpc.inference';

export const predictionsRequest = schema<PredictionsRequest>(`${PACKAGE}.PredictionsRequest`);
export const predictionResponse = schema<PredictionResponse>(`${PACKAGE}.PredictionResponse`);
export const healthResponse = schema<{ readonly health: string }>(
  `${PACKAGE}.TorchServeHealthResponse`,
);
// HTTP/2 paths of the methods.
export const PREDICTIONS = `/${PACKAGE}.InferenceAPIsService/Predictions`;
export const PING = `/${PACKAGE}.InferenceAPIsService/Ping`;

const nothing = new Uint8Array(0);

/** Encodes a request up to the bytes of its only field, of which `inputBytes` follow. */
export const predictionsRequestBefore = (
  model: string,
  field: string,
  inputBytes: number,
): Uint8Array =>
  Buffer.concat([
    predictionsRequest.encode({ model_name: model, input: {} }),
    predictionsRequest.open('input', openEntry(field, nothing, inputBytes), inputBytes),
  ]);
