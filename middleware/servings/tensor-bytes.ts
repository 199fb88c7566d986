import type { Layout } from '../../serving-configs/manifest.ts';
import { toTensor } from '../../serving-configs/models/input/normalise.ts';
import type { InputTarget, Pixels } from '../../serving-configs/models/input/geometry.ts';
import { BufferPool, type Borrowed } from './buffer-pool.ts';

/** About fifty inputs of the default model; a process rarely has more in flight. */
const MAX_KEPT_BYTES = 32 * 2 ** 20;

const pool = new BufferPool(MAX_KEPT_BYTES);

/**
 * Writes the tensor of an image into pooled memory.
 * @param head - Bytes to put directly before it, because one buffer is sent faster than two.
 * @param target - The input to compute: that of the classifier by default, or the unresized image divided by 255.
 */
export const tensorBytes = (
  pixels: Pixels,
  layout: Layout,
  head: Uint8Array = new Uint8Array(0),
  target: InputTarget = layout,
): Borrowed => {
  const count = pixels.width * pixels.height * 3;
  const { BYTES_PER_ELEMENT } = Float32Array;
  // A Float32Array must start at a multiple of four bytes.
  const start = Math.ceil(head.length / BYTES_PER_ELEMENT) * BYTES_PER_ELEMENT;
  const end = start + count * BYTES_PER_ELEMENT;
  const scratch = pool.take(end);
  scratch.bytes.set(head, start - head.length);
  toTensor(pixels, target, layout, new Float32Array(scratch.bytes.buffer, start, count));
  return pool.lend(scratch, start - head.length, end);
};
