import { codecOf } from '../../../middleware/servings/index.ts';
import type { CodecInput } from '../../../middleware/servings/serving.ts';
import type { ServingName } from '../../../serving-configs/index.ts';
import type { Encoding, Payload, Protocol } from '../../../serving-configs/manifest.ts';
import { decodeImage } from '../../../serving-configs/models/input/decode-image.ts';
import { geometryOf } from '../../../serving-configs/models/input/geometry.ts';
import { classifierOf, imageInput, imageOf } from '../../support/codec-inputs.ts';

/** A measured path through the middleware. */
export interface Case {
  readonly name: string;
  readonly serving: ServingName;
  readonly protocol: Protocol;
  readonly payload: Payload;
  readonly encoding: Encoding;
  readonly isForm: boolean;
  /** How often the middleware copies the payload, and why. */
  readonly copies: string;
}

const caseOf = (
  name: string,
  serving: ServingName,
  protocol: Protocol,
  payload: Payload,
  encoding: Encoding,
  copies: string,
  isForm = false,
): Case => ({ name, serving, protocol, payload, encoding, isForm, copies });

const JOINED = '1: chunks joined';
const FLOATS = '1: floats written once';
const TEXT = '1: text written once';

export const cases: readonly Case[] = [
  caseOf('image, raw body', 'torchserve', 'rest', 'image', 'raw', JOINED),
  caseOf('image, form', 'torchserve', 'rest', 'image', 'raw', JOINED, true),
  caseOf('tensor, raw floats', 'torchserve', 'rest', 'tensor', 'raw', FLOATS),
  caseOf('tensor, binary (NCHW)', 'triton_pytorch', 'rest', 'tensor', 'binary', FLOATS),
  caseOf('tensor, gRPC (NCHW)', 'triton_pytorch', 'grpc', 'tensor', 'raw', FLOATS),
  caseOf('tensor, binary (NHWC)', 'triton_tensorflow', 'rest', 'tensor', 'binary', FLOATS),
  caseOf('tensor, JSON rows', 'tfserving', 'rest', 'tensor', 'json', TEXT),
  caseOf('tensor, base64', 'tfserving', 'rest', 'tensor', 'base64', '3: floats, base64, JSON'),
  caseOf('image, gRPC', 'torchserve', 'grpc', 'image', 'raw', JOINED),
  caseOf('tensor, gRPC (NHWC)', 'tfserving', 'grpc', 'tensor', 'raw', FLOATS),
  caseOf('fullsize, JSON rows', 'tfserving', 'rest', 'tensor_fullsize', 'json', TEXT),
];

/** Number of bytes in the request to the serving for an image. */
export const bytesSent = async (
  { serving, protocol, payload, encoding }: Case,
  image: Uint8Array,
): Promise<number> => {
  const codec = codecOf(serving)[protocol];
  if (codec === undefined) throw new Error(`${serving} speaks no ${protocol}`);
  const geometry = geometryOf(imageOf(serving, payload));
  const input: CodecInput =
    payload === 'image'
      ? { payload, bytes: image, mediaType: 'image/jpeg' }
      : imageInput(serving, payload, await decodeImage(image, geometry));
  const { body } = codec.encode(input, encoding, classifierOf(serving));
  return body.reduce((sum, part) => sum + part.byteLength, 0);
};
