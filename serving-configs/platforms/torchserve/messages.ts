import path from 'node:path';
import { openEntry, readSchema } from '../../protocols/protobuf-messages.ts';

interface PredictionsRequest {
  readonly model_name: string;
  readonly model_version?: string;
  /** The fields that a handler looks for; as those of a form. */
  readonly input: Readonly<Record<string, Uint8Array>>;
}

interface PredictionResponse {
  /** What the handler answers, as text. */
  readonly prediction: Uint8Array;
}

const schema = readSchema(path.join(import.meta.dirname, 'inference.proto'));
const PACKAGE = 'org.pytorch.serve.grpc.inference';

export const predictionsRequest = schema<PredictionsRequest>(`${PACKAGE}.PredictionsRequest`);
export const predictionResponse = schema<PredictionResponse>(`${PACKAGE}.PredictionResponse`);
/** The method's name as the HTTP/2 path of the call. */
export const PREDICTIONS = `/${PACKAGE}.InferenceAPIsService/Predictions`;

const nothing = new Uint8Array(0);

/** A request up to the bytes of its one field, of which `inputBytes` follow. */
export const predictionsRequestBefore = (
  model: string,
  field: string,
  inputBytes: number,
): Uint8Array =>
  Buffer.concat([
    predictionsRequest.encode({ model_name: model, input: {} }),
    predictionsRequest.open('input', openEntry(field, nothing, inputBytes), inputBytes),
  ]);
