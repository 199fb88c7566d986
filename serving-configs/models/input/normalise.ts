import type { Layout } from '../../manifest.ts';
import type { InputTarget, Pixels } from './geometry.ts';
import type { ImageInput } from './image-input.ts';
import { KERAS_MEAN, TORCH_DEVIATION, TORCH_MEAN } from './statistics.ts';

/** What becomes of the three bytes of a pixel. */
interface Normalisation {
  /** Which byte of the pixel (0 red, 1 green, 2 blue) the model's first, second and third channel take. */
  readonly source: readonly [number, number, number];
  /** Of each channel of the model, the number that stands for each of the 256 byte values. */
  readonly tables: readonly [Float32Array, Float32Array, Float32Array];
}

const table = (valueOf: (byte: number) => number): Float32Array =>
  Float32Array.from({ length: 256 }, (_, byte) => valueOf(byte));

/** Scales to 0 … 1, then to the mean and deviation of ImageNet's channels, as torchvision's weights expect. */
const standardised = (mean: number, deviation: number): Float32Array =>
  table((byte) => (byte / 255 - mean) / deviation);

/** Subtracts the mean and does not scale: the "caffe" mode of keras.applications. */
const centred = (mean: number): Float32Array => table((byte) => byte - mean);

const unit = table((byte) => byte / 255);

const normalisations = {
  torch: {
    source: [0, 1, 2],
    tables: [
      standardised(TORCH_MEAN[0], TORCH_DEVIATION[0]),
      standardised(TORCH_MEAN[1], TORCH_DEVIATION[1]),
      standardised(TORCH_MEAN[2], TORCH_DEVIATION[2]),
    ],
  },
  keras: {
    source: [2, 1, 0],
    tables: [centred(KERAS_MEAN[2]), centred(KERAS_MEAN[1]), centred(KERAS_MEAN[0])],
  },
  fullsize: { source: [0, 1, 2], tables: [unit, unit, unit] },
} as const satisfies Record<InputTarget, Normalisation>;

/** The tables that turn bytes into the numbers of a target; values rounded once, to 32-bit floats. */
export const normalisationOf = (target: InputTarget): Normalisation => normalisations[target];

/** Numbers without the cost of zeroing them first: the caller writes every one. */
const uninitialised = (count: number): Float32Array =>
  new Float32Array(Buffer.allocUnsafeSlow(count * 4).buffer);

/** The tables of a user's model: a byte becomes `(byte × scale − mean) ÷ deviation`. */
export const normalisationFor = ({
  colours,
  scale,
  mean,
  deviation,
}: ImageInput): Normalisation => {
  const tableOf = (channel: 0 | 1 | 2): Float32Array =>
    table((byte) => (byte * scale - mean[channel]) / deviation[channel]);
  return {
    source: colours === 'rgb' ? [0, 1, 2] : [2, 1, 0],
    tables: [tableOf(0), tableOf(1), tableOf(2)],
  };
};

/**
 * The model's input for one image, batch of one: `1×3×height×width` or `1×height×width×3` numbers, row-major.
 * @param into receives the numbers, where given; it has room for exactly these.
 */
export const toTensor = (
  pixels: Pixels,
  target: InputTarget,
  layout: Layout,
  into?: Float32Array,
): Float32Array => toNumbers(pixels, normalisationOf(target), layout, into);

/** As {@link toTensor}, with tables of any kind. */
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
  // One loop a layout: with the strides in variables the compiled loop takes more than twice as long.
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
