import protobuf from 'protobufjs';
import { HEADER_LENGTH } from '../../../serving-configs/models/tensors/tensor-body.ts';
import type { Target } from '../model/measurement.ts';
import type { ImageFault, MessageFault } from '../model/fault.ts';

/** The wire type of fields with a length. All other fields of the messages here are varints. */
const LENGTH_DELIMITED = 2;

const writeVarint = (value: number): Uint8Array => protobuf.Writer.create().uint32(value).finish();

interface Field {
  readonly number: number;
  /** Where its tag ends. */
  readonly tagEnd: number;
  /** Where its content starts, after the length if there is one. */
  readonly start: number;
  readonly end: number;
}

const readField = (message: Buffer, from: number): Field => {
  const reader = protobuf.Reader.create(message);
  reader.pos = from;
  const tag = reader.uint32();
  const tagEnd = reader.pos;
  const value = reader.uint32();
  const hasLength = (tag & 7) === LENGTH_DELIMITED;
  return {
    number: tag >>> 3,
    tagEnd,
    start: hasLength ? reader.pos : tagEnd,
    end: hasLength ? reader.pos + value : reader.pos,
  };
};

/** @throws Error if there is no such field */
const lastField = (message: Buffer, number: number): Field => {
  let last: Field | undefined;
  for (let at = 0; at < message.length;) {
    const field = readField(message, at);
    if (field.number === number) last = field;
    at = field.end;
  }
  if (last === undefined) throw new Error(`the message has no field ${number}`);
  return last;
};

/**
 * Replaces the content of one field with a length in a protobuf message, and adjusts the lengths of the messages around it.
 *
 * @param path field numbers from the outermost message to the field; of several fields with the same number, the last is meant
 */
const changeField = (
  message: Buffer,
  [number = 0, ...inner]: readonly number[],
  content: Buffer,
): Buffer => {
  const { tagEnd, start, end } = lastField(message, number);
  const changed =
    inner.length === 0 ? content : changeField(message.subarray(start, end), inner, content);
  return Buffer.concat([
    message.subarray(0, tagEnd),
    writeVarint(changed.length),
    changed,
    message.subarray(end),
  ]);
};

/** A request to a serving, as the middleware sends it: over HTTP, or the message of a gRPC call. */
export interface ServableRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Changes the JSON before the floats of a body with encoding `binary`, and adjusts its length in the headers. */
const changeHead = (
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

/** The field with the bytes of an image in the request of a gRPC method, as a path of field numbers. */
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
const changeImage = (
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

/** Loaded only for a fault that needs it, since it is slow to load. */
const loadSharp = async () => (await import('sharp')).default;

const TRUNCATED_SHARE = 0.6;
const TEXT = 'This is a sentence where an image should be.';

const hugeImage = async (): Promise<Buffer> => {
  const sharp = await loadSharp();
  return (
    sharp({ create: { width: 11_600, height: 8_660, channels: 3, background: 'grey' } })
      // Optimised Huffman tables would save 1 MB of 1.6 MB, but need the whole image in memory: 600 MB.
      .jpeg({ quality: 50, optimiseCoding: false })
      .toBuffer()
  );
};

const inColours = async (image: Buffer, space: string): Promise<Buffer> => {
  const sharp = await loadSharp();
  return sharp(image).toColourspace(space).jpeg().toBuffer();
};

let huge: Promise<Buffer> | undefined;

/** Makes the bytes that replace a good image, by fault. */
const badImages = {
  'image-truncated': async (image: Buffer) =>
    image.subarray(0, Math.floor(image.length * TRUNCATED_SHARE)),
  'image-empty': async () => Buffer.alloc(0),
  'image-text': async () => Buffer.from(TEXT),
  'image-cmyk': (image: Buffer) => inColours(image, 'cmyk'),
  'image-one-channel': (image: Buffer) => inColours(image, 'b-w'),
  'image-100-megapixels': () => (huge ??= hugeImage()),
} as const;

/** Cuts off a request: JSON in the middle, and a protobuf message before its last byte, so that neither can be parsed. */
const cutOff = (target: Target, good: ServableRequest): ServableRequest => {
  if (target.protocol === 'grpc') return { ...good, body: good.body.subarray(0, -1) };
  return target.encoding === 'binary'
    ? changeHead(good, (json) => json.slice(0, json.length / 2))
    : { ...good, body: good.body.subarray(0, good.body.length / 2) };
};

/**
 * Makes a bad request from a good one, for a target that can express the fault (see `whyLeftOut`).
 *
 * @param source the file that the good request was made from: a JPEG, or a body with named tensors
 */
export const badRequestOf = async (
  fault: ImageFault | MessageFault,
  target: Target,
  good: ServableRequest,
  source: Buffer,
): Promise<ServableRequest> => {
  if (fault === 'malformed-json' || fault === 'malformed-protobuf') return cutOff(target, good);
  return changeImage(target, good, await badImages[fault](source));
};
