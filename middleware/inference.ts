import { decodeImage, InvalidImage } from '../serving-configs/models/input/decode-image.ts';
import { readImageHeader } from '../serving-configs/models/input/image-header.ts';
import type { ImageHeader } from '../serving-configs/models/input/image-header.ts';
import { labelOf } from '../serving-configs/models/labels.ts';
import type { Visit } from './admission.ts';
import { decodeSlots } from './decode-slots.ts';
import { ClientGone } from './errors.ts';
import { imageErrorOf } from './image-errors.ts';
import type { Timings } from './metrics/request-metrics.ts';
import type { InferenceTarget } from './targets.ts';
import type { CodecInput, ServingRequest, ServingResponse } from './servings/serving.ts';
import { answerErrorOf } from './transports/upstream-errors.ts';

/** A class with the name that people know it by. */
export interface LabelledClass {
  readonly class: number;
  readonly label: string;
  /** Probability between 0 and 1. */
  readonly score: number;
}

export interface Inference {
  /** False where the weights are known not to be trained, so that the classes mean nothing; undefined where nobody knows. */
  readonly trained: boolean | undefined;
  /** Best first. */
  readonly top: LabelledClass[];
  readonly timingsMs: Timings;
}

/** The header of an image that does not have too many pixels. */
const headerOf = ({ geometry }: InferenceTarget, bytes: Uint8Array): ImageHeader => {
  const header = readImageHeader(bytes);
  const { width, height } = header;
  if (width * height > geometry.maxPixels) {
    throw new InvalidImage(
      'too-many-pixels',
      `The image has ${width}×${height} pixels; the limit is ${geometry.maxPixels / 1e6} million.`,
    );
  }
  return header;
};

/** What the work on an image will take. Where that depends on its pixels, the header is read for it. */
const workBytesOf = (target: InferenceTarget, bytes: Uint8Array): number => {
  const { fixedBytes, bytesPerFileByte, bytesPerPixel } = target.size;
  const knownBytes = fixedBytes + bytesPerFileByte * bytes.length;
  if (bytesPerPixel === 0) return knownBytes;
  try {
    const { width, height } = headerOf(target, bytes);
    return knownBytes + bytesPerPixel * width * height;
  } catch (error) {
    throw imageErrorOf(error);
  }
};

/** The file itself, checked by its header only, or its pixels. */
const inputOf = async (target: InferenceTarget, bytes: Uint8Array): Promise<CodecInput> => {
  const { payload, geometry } = target;
  try {
    if (payload !== 'image') return { payload, pixels: await decodeImage(bytes, geometry) };
    return { payload, bytes, mediaType: `image/${headerOf(target, bytes).type}` };
  } catch (error) {
    throw imageErrorOf(error);
  }
};

/** The request that a serving gets for an image, and where the time went until then. */
export interface EncodedImage {
  readonly request: ServingRequest;
  readonly timingsMs: Pick<Timings, 'receive' | 'queue' | 'decode' | 'encode'>;
  readonly encodedAtMs: number;
}

/**
 * Takes one image up to the point at which it would be sent: waits for its turn, decodes and encodes.
 * @throws the errors of errors.ts
 */
export const encodeImage = async (
  target: InferenceTarget,
  bytes: Uint8Array,
  visit: Visit,
): Promise<EncodedImage> => {
  const { codec, model, encoding } = target;
  const startMs = performance.now();
  await visit.turn(workBytesOf(target, bytes), target.isBlocking);
  const decodes = target.payload !== 'image';
  if (decodes) await decodeSlots.take();
  const turnMs = performance.now();
  let input: CodecInput;
  try {
    input = await inputOf(target, bytes);
  } finally {
    if (decodes) decodeSlots.give();
  }
  // Decoding cannot be interrupted; what it made is dropped here.
  if (visit.left) throw new ClientGone();
  const decodedMs = performance.now();
  const request = codec.encode(input, encoding, model);
  const encodedAtMs = performance.now();
  return {
    request,
    timingsMs: {
      receive: startMs - visit.arrivedAtMs,
      queue: turnMs - startMs,
      decode: decodedMs - turnMs,
      encode: encodedAtMs - decodedMs,
    },
    encodedAtMs,
  };
};

/** What the serving says of its weights comes first: behind a no-op limit's URL another one may answer than was announced. */
const trainedOf = (
  { weightsTrained }: InferenceTarget,
  { headers }: ServingResponse,
): boolean | undefined => {
  const said = headers['x-model-trained'];
  return said === undefined ? weightsTrained : said === 'true';
};

/**
 * Takes one image through a path: waits for its turn, decodes, encodes, asks the serving and reads its answer.
 * @throws the errors of errors.ts
 */
export const infer = async (
  target: InferenceTarget,
  bytes: Uint8Array,
  visit: Visit,
): Promise<Inference> => {
  const { serving, codec, model, transport } = target;
  const { request, timingsMs: before, encodedAtMs } = await encodeImage(target, bytes, visit);
  const response = await transport.send(request, (abort) => {
    visit.onLeave = () => {
      abort(new ClientGone());
    };
  });
  visit.onLeave = undefined;
  const answeredMs = performance.now();
  let top: LabelledClass[];
  try {
    top = codec.decode(response, model).map(({ class: index, score }) => ({
      class: index,
      label: labelOf(index),
      score,
    }));
  } catch (error) {
    throw answerErrorOf(error, serving);
  }
  const parsedMs = performance.now();
  const timingsMs = {
    ...before,
    upstream: answeredMs - encodedAtMs,
    parse: parsedMs - answeredMs,
    total: parsedMs - visit.arrivedAtMs,
  };
  return { trained: trainedOf(target, response), top, timingsMs };
};
