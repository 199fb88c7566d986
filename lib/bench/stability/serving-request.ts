import { HEADER_LENGTH } from '../../../serving-configs/models/tensors/tensor-body.ts';
import type { Target } from '../model/measurement.ts';
import { changeField } from './protobuf-fields.ts';

/** A request to a serving, as the middleware sends it: over HTTP, or the message of a gRPC call. */
export interface ServableRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Changes the JSON before the floats of a body with encoding `binary`, and adjusts its length in the headers. */
export const changeHead = (
  request: ServableRequest,
  change: (json: string) => string,
): ServableRequest => {
  const length = Number(request.headers[HEADER_LENGTH]);
  const head = Buffer.from(change(request.body.toString('latin1', 0, length)), 'latin1');
  return {
    ...request,
    headers: { ...request.headers, [HEADER_LENGTH]: String(head.length) },
    body: Buffer.concat([head, request.body.subarray(length)]),
  };
};

/** Replaces the bytes of a body between two offsets. */
const replaceSpan = (body: Buffer, start: number, end: number, bytes: Buffer): Buffer =>
  Buffer.concat([body.subarray(0, start), bytes, body.subarray(end)]);

const replaceBase64 = (body: Buffer, image: Buffer): Buffer => {
  const key = '"b64":"';
  const start = body.indexOf(key) + key.length;
  return replaceSpan(body, start, body.indexOf('"', start), Buffer.from(image.toString('base64')));
};

/** Replaces the only part of a form: the bytes between the blank line after its headers and the last boundary. */
const replacePart = (body: Buffer, image: Buffer): Buffer =>
  replaceSpan(body, body.indexOf('\r\n\r\n') + 4, body.lastIndexOf('\r\n--'), image);

/** How a body carries an image, by encoding. */
const replaceImage: Readonly<Record<string, (body: Buffer, image: Buffer) => Buffer>> = {
  raw: (_body, image) => image,
  form: replacePart,
  base64: replaceBase64,
};

/** The field with the bytes of an image in the request of a gRPC method, as a path of field numbers; see `protobuf-fields.ts`. */
const imageFields: Readonly<Record<string, readonly number[]>> = {
  // PredictRequest in tensorflow_serving/apis/predict.proto: inputs 2, a map whose value is field 2. In
  // tensorflow/core/framework, TensorProto: string_val 8.
  '/tensorflow.serving.PredictionService/Predict': [2, 2, 8],
  // PredictionsRequest in pytorch/serve, inference.proto: input 3, a map whose value is field 2.
  '/org.pytorch.serve.grpc.inference.InferenceAPIsService/Predictions': [3, 2],
};

/**
 * Replaces the image of a request, and adjusts all lengths around it.
 *
 * @throws Error if the request carries no image file
 */
export const changeImage = (
  { protocol, encoding }: Target,
  request: ServableRequest,
  image: Buffer,
): ServableRequest => {
  const { path, body } = request;
  if (protocol === 'grpc') {
    const field = imageFields[path];
    if (field === undefined) throw new Error(`${path} takes no image`);
    return { ...request, body: changeField(body, field, image) };
  }
  const replace = replaceImage[encoding];
  if (replace === undefined) throw new Error(`a body with encoding ${encoding} carries no image`);
  return { ...request, body: replace(body, image) };
};
