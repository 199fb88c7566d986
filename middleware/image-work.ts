import { decodeImage, InvalidImage } from '../serving-configs/models/input/decode-image.ts';
import type { InvalidImageCode } from '../serving-configs/models/input/decode-image.ts';
import { readImageHeader } from '../serving-configs/models/input/image-header.ts';
import { labelOf } from '../serving-configs/models/labels.ts';
import { ImageDamaged, ImageEmpty, ImageTooManyPixels, ImageTypeUnsupported } from './errors.ts';
import type { Work } from './inference.ts';
import type { CodecInput, ServingResponse } from './servings/serving.ts';
import type { ImageTarget } from './targets.ts';

/** A class with its English name. */
interface LabelledClass {
  readonly class: number;
  readonly label: string;
  /** Probability between 0 and 1. */
  readonly score: number;
}

export interface Classes {
  /** False if the weights are not trained, so that the classes mean nothing; absent if unknown. */
  readonly trained?: boolean;
  /** Best first. */
  readonly top: LabelledClass[];
}

const errorByCode: Readonly<Record<InvalidImageCode, (message: string, cause: Error) => Error>> = {
  empty: (_, cause) => new ImageEmpty({ cause }),
  'unsupported-type': (message, cause) => new ImageTypeUnsupported(message, { cause }),
  damaged: (message, cause) => new ImageDamaged(message, { cause }),
  'too-many-pixels': (message, cause) => new ImageTooManyPixels(message, { cause }),
};

/** Turns an error of the image decoder into one with an answer; returns any other error unchanged. */
export const imageErrorOf = (error: unknown): unknown =>
  error instanceof InvalidImage ? errorByCode[error.code](error.message, error) : error;

/** The memory that the work on an image takes. If that depends on its size in pixels, reads the header of the file. */
const workBytesOf = (target: ImageTarget, bytes: Uint8Array): number => {
  const { fixedBytes, bytesPerFileByte, bytesPerPixel } = target.size;
  const knownBytes = fixedBytes + bytesPerFileByte * bytes.length;
  if (bytesPerPixel === 0) return knownBytes;
  try {
    const { width, height } = readImageHeader(bytes, target.geometry.maxPixels);
    return knownBytes + bytesPerPixel * width * height;
  } catch (error) {
    throw imageErrorOf(error);
  }
};

/** The input of a codec: the file, of which only the header is checked, or the decoded pixels. */
const inputOf = async (target: ImageTarget, bytes: Uint8Array): Promise<CodecInput> => {
  const { payload, geometry } = target;
  try {
    if (payload !== 'image') return { payload, pixels: await decodeImage(bytes, geometry) };
    return {
      payload,
      bytes,
      mediaType: `image/${readImageHeader(bytes, geometry.maxPixels).type}`,
    };
  } catch (error) {
    throw imageErrorOf(error);
  }
};

/** Prefers the header of the answer to the configuration, because a no-op backend may answer in place of the serving. */
const trainedOf = (
  { weightsTrained }: ImageTarget,
  { headers }: ServingResponse,
): Pick<Classes, 'trained'> => {
  const trained = headers['x-model-trained'];
  return { trained: trained === undefined ? weightsTrained : trained === 'true' };
};

/** The work that turns an image into its best classes. */
export const imageWork = (target: ImageTarget, bytes: Uint8Array): Work<Classes> => ({
  bytes: () => workBytesOf(target, bytes),
  takesThread: target.payload !== 'image',
  decode: async () => {
    const input = await inputOf(target, bytes);
    return () => target.codec.encode(input, target.encoding, target.model);
  },
  parse: (response) => ({
    ...trainedOf(target, response),
    top: target.codec.decode(response, target.model).map(({ class: index, score }) => ({
      class: index,
      label: labelOf(index),
      score,
    })),
  }),
});
