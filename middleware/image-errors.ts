import { InvalidImage } from '../serving-configs/models/input/decode-image.ts';
import type { InvalidImageCode } from '../serving-configs/models/input/decode-image.ts';
import { ImageDamaged, ImageEmpty, ImageTooManyPixels, ImageTypeUnsupported } from './errors.ts';

const errorByCode: Readonly<Record<InvalidImageCode, (message: string, cause: Error) => Error>> = {
  empty: (_, cause) => new ImageEmpty({ cause }),
  'unsupported-type': (message, cause) => new ImageTypeUnsupported(message, { cause }),
  damaged: (message, cause) => new ImageDamaged(message, { cause }),
  'too-many-pixels': (message, cause) => new ImageTooManyPixels(message, { cause }),
};

/** Turns what the decoder says about an image into an answer; anything else stays as it is. */
export const imageErrorOf = (error: unknown): unknown =>
  error instanceof InvalidImage ? errorByCode[error.code](error.message, error) : error;
