import type { Layout } from '../../manifest.ts';
import { classifierInputs } from './classifier.ts';
import type { InputTarget, Pixels } from './geometry.ts';
import type { ImageInput } from './image-input.ts';

/** How the bytes of a pixel become numbers. */
export interface Normalisation {
  /** The byte of the pixel (0 red, 1 green, 2 blue) for each channel of the model. */
  readonly source: readonly [number, number, number];
  /** For each channel of the model, the number for each of the 256 byte values. */
  readonly tables: readonly [Float32Array, Float32Array, Float32Array];
}

/** The normalisation of an input: a byte becomes `(byte × scale − mean) ÷ deviation`, rounded once to a 32-bit float. */
export const normalisationFor = ({
  colours,
  scale,
  mean,
  deviation,
}: Pick<ImageInput, 'colours' | 'scale' | 'mean' | 'deviation'>): Normalisation => {
  const tableOf = (channel: 0 | 1 | 2): Float32Array =>
    Float32Array.from(
      { length: 256 },
      (_, byte) => (byte * scale - mean[channel]) / deviation[channel],
    );
  return {
    source: colours === 'rgb' ? [0, 1, 2] : [2, 1, 0],
    tables: [tableOf(0), tableOf(1), tableOf(2)],
  };
};

const normalisations: Readonly<Record<InputTarget, Normalisation>> = {
  NCHW: normalisationFor(classifierInputs.NCHW),
  NHWC: normalisationFor(classifierInputs.NHWC),
  fullsize: normalisationFor({
    colours: 'rgb',
    scale: 1 / 255,
    mean: [0, 0, 0],
    deviation: [1, 1, 1],
  }),
};

export const normalisationOf = (target: InputTarget): Normalisation => normalisations[target];

/** An array that is not zeroed first, because the caller writes every number. */
const uninitialised = (count: number): Float32Array =>
  new Float32Array(Buffer.allocUnsafeSlow(count * 4).buffer);

/**
 * The input of the classifier for an image: `1×3×height×width` or `1×height×width×3` numbers in row-major order.
 * @param into - An array of exactly this length to write to. Default: a new one.
 */
export const toTensor = (
  pixels: Pixels,
  target: InputTarget,
  layout: Layout,
  into?: Float32Array,
): Float32Array => toNumbers(pixels, normalisationOf(target), layout, into);

/** Like {@link toTensor}, with any normalisation. */
export const toNumbers = (
  pixels: Pixels,
  normalisation: Normalisation,
  layout: Layout,
  into?: Float32Array,
): Float32Array => {
  const { data } = pixels;
  const area = pixels.width * pixels.height;
  const count = area * 3;
  if (data.length < count) {
    throw new RangeError(`${data.length} bytes are too few for ${pixels.width}×${pixels.height}`);
  }
  const {
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
