import type { Layout } from '../../manifest.ts';
import type { Pixels } from './geometry.ts';
import { coloursOf, type Channels, type ImageInput } from './image-input.ts';

/** How the pixels of an image become numbers. */
export interface Normalisation {
  readonly layout: Layout;
  /** The byte of the pixel (0 red, 1 green, 2 blue) for each channel of the model. */
  readonly source: Channels;
  /** For each channel of the model, the number for each of the 256 byte values. */
  readonly tables: readonly [Float32Array, Float32Array, Float32Array];
}

/** The normalisation of an input: a byte becomes `(byte × scale − mean) ÷ deviation`, rounded once to a 32-bit float. */
export const normalisationOf = (image: ImageInput): Normalisation => {
  const { scale, mean, deviation } = image;
  const tableOf = (channel: 0 | 1 | 2): Float32Array =>
    Float32Array.from(
      { length: 256 },
      (_, byte) => (byte * scale - mean[channel]) / deviation[channel],
    );
  return {
    layout: image.layout,
    source: coloursOf(image),
    tables: [tableOf(0), tableOf(1), tableOf(2)],
  };
};

/** An array that is not zeroed first, because the caller writes every number. */
const uninitialised = (count: number): Float32Array =>
  new Float32Array(Buffer.allocUnsafeSlow(count * 4).buffer);

/**
 * The values of an image's tensor, in row-major order.
 * @param into - An array of exactly this length to write to. Default: a new one.
 */
export const toNumbers = (
  pixels: Pixels,
  normalisation: Normalisation,
  into?: Float32Array,
): Float32Array => {
  const { data } = pixels;
  const area = pixels.width * pixels.height;
  const count = area * 3;
  if (data.length < count) {
    throw new RangeError(`${data.length} bytes are too few for ${pixels.width}×${pixels.height}`);
  }
  const {
    layout,
    source: [first, second, third],
    tables: [firstTable, secondTable, thirdTable],
  } = normalisation;
  const tensor = into ?? uninitialised(count);
  // One loop per layout: with the strides in variables, the compiled loop takes more than twice as long.
  if (layout === 'NHWC') {
    for (let at = 0; at < count; at += 3) {
      tensor[at] = firstTable[data[at + first] ?? 0] ?? 0;
      tensor[at + 1] = secondTable[data[at + second] ?? 0] ?? 0;
      tensor[at + 2] = thirdTable[data[at + third] ?? 0] ?? 0;
    }
    return tensor;
  }
  for (let at = 0, pixel = 0; at < count; at += 3, pixel += 1) {
    tensor[pixel] = firstTable[data[at + first] ?? 0] ?? 0;
    tensor[pixel + area] = secondTable[data[at + second] ?? 0] ?? 0;
    tensor[pixel + area * 2] = thirdTable[data[at + third] ?? 0] ?? 0;
  }
  return tensor;
};
