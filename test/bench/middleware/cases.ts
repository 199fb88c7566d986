import { codecOf } from '../../../middleware/servings/index.ts';
import { manifestOf } from '../../../serving-configs/index.ts';
import type { ServingName } from '../../../serving-configs/index.ts';
import type { Encoding, Payload, Protocol } from '../../../serving-configs/manifest.ts';
import { decodeImage } from '../../../serving-configs/models/input/decode-image.ts';
import { geometryOf } from '../../../serving-configs/models/input/geometry.ts';

/** One way through the middleware that is measured. */
export interface Case {
  readonly name: string;
  readonly serving: ServingName;
  readonly protocol: Protocol;
  readonly payload: Payload;
  readonly encoding: Encoding;
  readonly isForm: boolean;
  /** How often the payload's bytes are written again inside the middleware, and by what. */
  readonly copies: string;
}

const joined = '1: chunks joined';

export const cases: readonly Case[] = [
  {
    name: 'image, raw body',
    serving: 'torchserve',
    protocol: 'rest',
    payload: 'image',
    encoding: 'raw',
    isForm: false,
    copies: joined,
  },
  {
    name: 'image, form',
    serving: 'torchserve',
    protocol: 'rest',
    payload: 'image',
    encoding: 'raw',
    isForm: true,
    copies: joined,
  },
  {
    name: 'tensor, raw floats',
    serving: 'torchserve',
    protocol: 'rest',
    payload: 'tensor',
    encoding: 'raw',
    isForm: false,
    copies: '1: floats written once',
  },
  {
    name: 'tensor, binary (NCHW)',
    serving: 'triton_pytorch',
    protocol: 'rest',
    payload: 'tensor',
    encoding: 'binary',
    isForm: false,
    copies: '1: floats written once',
  },
  {
    name: 'tensor, gRPC (NCHW)',
    serving: 'triton_pytorch',
    protocol: 'grpc',
    payload: 'tensor',
    encoding: 'raw',
    isForm: false,
    copies: '1: floats written once',
  },
  {
    name: 'tensor, binary (NHWC)',
    serving: 'triton_tensorflow',
    protocol: 'rest',
    payload: 'tensor',
    encoding: 'binary',
    isForm: false,
    copies: '1: floats written once',
  },
  {
    name: 'tensor, JSON rows',
    serving: 'tfserving',
    protocol: 'rest',
    payload: 'tensor',
    encoding: 'json',
    isForm: false,
    copies: '1: text written once',
  },
  {
    name: 'tensor, base64',
    serving: 'tfserving',
    protocol: 'rest',
    payload: 'tensor',
    encoding: 'base64',
    isForm: false,
    copies: '3: floats, base64, JSON',
  },
  {
    name: 'image, gRPC',
    serving: 'torchserve',
    protocol: 'grpc',
    payload: 'image',
    encoding: 'raw',
    isForm: false,
    copies: joined,
  },
  {
    name: 'tensor, gRPC (NHWC)',
    serving: 'tfserving',
    protocol: 'grpc',
    payload: 'tensor',
    encoding: 'raw',
    isForm: false,
    copies: '1: floats written once',
  },
  {
    name: 'fullsize, JSON rows',
    serving: 'tfserving',
    protocol: 'rest',
    payload: 'tensor_fullsize',
    encoding: 'json',
    isForm: false,
    copies: '1: text written once',
  },
];

/** Bytes of the request's body that a case sends to the serving for an image. */
export const bytesSent = async (
  { serving, protocol, payload, encoding }: Case,
  image: Uint8Array,
): Promise<number> => {
  const { model } = manifestOf(serving);
  const codec = codecOf(serving)[protocol];
  if (codec === undefined) throw new Error(`${serving} speaks no ${protocol}`);
  const geometry = geometryOf(payload === 'tensor_fullsize' ? 'fullsize' : model.family);
  const { body } =
    payload === 'image'
      ? codec.encode({ payload, bytes: image, mediaType: 'image/jpeg' }, encoding, model)
      : codec.encode({ payload, pixels: await decodeImage(image, geometry) }, encoding, model);
  return body.reduce((sum, part) => sum + part.byteLength, 0);
};
