import type { Layout } from '../../serving-configs/manifest.ts';
import { toTensor } from '../../serving-configs/models/input/normalise.ts';
import type { InputTarget, Pixels } from '../../serving-configs/models/input/geometry.ts';
import { BufferPool, type Borrowed } from './buffer-pool.ts';

/** Some fifty inputs of the default model; a process rarely has more on their way at once. */
const MAX_KEPT_BYTES = 32 * 2 ** 20;

const pool = new BufferPool(MAX_KEPT_BYTES);

/**
 * The input that a model expects for an image, or the unresized one divided by 255; written into memory that goes from
 * request to request.
 * @param head comes directly before it: one piece of memory is sent with less work than two.
 * @param target whose input, where that is not the classifier's
 */
export const tensorBytes = (
  pixels: Pixels,
  layout: Layout,
  head: Uint8Array = new Uint8Array(0),
  target: InputTarget = layout,
): Borrowed => {
  const count = pixels.width * pixels.height * 3;
  const { BYTES_PER_ELEMENT } = Float32Array;
  // Floats lie at multiples of their size.
  const start = Math.ceil(head.length / BYTES_PER_ELEMENT) * BYTES_PER_ELEMENT;
  const end = start + count * BYTES_PER_ELEMENT;
  const scratch = pool.take(end);
  scratch.bytes.set(head, start - head.length);
  toTensor(pixels, target, layout, new Float32Array(scratch.bytes.buffer, start, count));
  return pool.lend(scratch, start - head.length, end);
};
