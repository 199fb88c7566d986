import { decodeImage, InvalidImage } from '../serving-configs/models/input/decode-image.ts';
import { readImageHeader } from '../serving-configs/models/input/image-header.ts';
import type { ImageHeader } from '../serving-configs/models/input/image-header.ts';
import { labelOf } from '../serving-configs/models/labels.ts';
import type { Visit } from './admission.ts';
import { decodeSlots } from './decode-slots.ts';
import { ClientGone } from './errors.ts';
import { imageErrorOf } from './image-errors.ts';
import type { Timings } from './metrics/request-metrics.ts';
import type { InferencePath } from './paths.ts';
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

/** The header of a picture that does not have too many pixels. */
const headerOf = ({ geometry }: InferencePath, bytes: Uint8Array): ImageHeader => {
  const header = readImageHeader(bytes);
  const { width, height } = header;
  if (width * height > geometry.maxPixels) {
    throw new InvalidImage(
      'too-many-pixels',
      `The picture has ${width}×${height} pixels; the limit is ${geometry.maxPixels / 1e6} million.`,
    );
  }
  return header;
};

/** What the work on a picture will take. Where that depends on its pixels, the header is read for it. */
const workBytesOf = (path: InferencePath, bytes: Uint8Array): number => {
  const { fixedBytes, bytesPerFileByte, bytesPerPixel } = path.size;
  const knownBytes = fixedBytes + bytesPerFileByte * bytes.length;
  if (bytesPerPixel === 0) return knownBytes;
  try {
    const { width, height } = headerOf(path, bytes);
    return knownBytes + bytesPerPixel * width * height;
  } catch (error) {
    throw imageErrorOf(error);
  }
};

/** The file itself, checked by its header only, or its pixels. */
const inputOf = async (path: InferencePath, bytes: Uint8Array): Promise<CodecInput> => {
  const { payload, geometry } = path;
  try {
    if (payload !== 'image') return { payload, pixels: await decodeImage(bytes, geometry) };
    return { payload, bytes, mediaType: `image/${headerOf(path, bytes).type}` };
  } catch (error) {
    throw imageErrorOf(error);
  }
};

/** The request that a serving gets for a picture, and where the time went until then. */
export interface EncodedPicture {
  readonly request: ServingRequest;
  readonly timingsMs: Pick<Timings, 'receive' | 'queue' | 'decode' | 'encode'>;
  readonly encodedAtMs: number;
}

/**
 * Takes one picture up to the point at which it would be sent: waits for its turn, decodes and encodes.
 * @throws the errors of errors.ts
 */
export const encodePicture = async (
  path: InferencePath,
  bytes: Uint8Array,
  visit: Visit,
): Promise<EncodedPicture> => {
  const { codec, model, encoding } = path;
  const startMs = performance.now();
  await visit.turn(workBytesOf(path, bytes), path.isBlocking);
  const decodes = path.payload !== 'image';
  if (decodes) await decodeSlots.take();
  const turnMs = performance.now();
  let input: CodecInput;
  try {
    input = await inputOf(path, bytes);
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

/** What the serving says of its weights comes first: behind a ceiling's URL another one may answer than was announced. */
const trainedOf = (
  { weightsTrained }: InferencePath,
  { headers }: ServingResponse,
): boolean | undefined => {
  const said = headers['x-model-trained'];
  return said === undefined ? weightsTrained : said === 'true';
};

/**
 * Takes one picture through a path: waits for its turn, decodes, encodes, asks the serving and reads its answer.
 * @throws the errors of errors.ts
 */
export const infer = async (
  path: InferencePath,
  bytes: Uint8Array,
  visit: Visit,
): Promise<Inference> => {
  const { serving, codec, model, transport } = path;
  const { request, timingsMs: before, encodedAtMs } = await encodePicture(path, bytes, visit);
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
  return { trained: trainedOf(path, response), top, timingsMs };
};
