import { centreRows, createBitStream, fillBellShaped } from './seeded-values.ts';
import type { ValuesOf } from './weights-file.ts';

/**
 * Draws the values of the tensors from a seed, in the order in which they are asked for. Each filter is centred over what
 * it sees: without that the positive mean of rectified values grows from layer to layer, and an untrained network answers
 * nearly the same for every image. All biases are 0, so the order of the classes does not change when an image's values
 * are scaled.
 */
export const drawWeights = (seed: number): ValuesOf => {
  const nextBits = createBitStream(seed);
  return ({ shape, length, deviation }) => {
    const values = new Float32Array(length);
    if (deviation === 0) return values;
    fillBellShaped(values, nextBits, deviation);
    centreRows(values, length / (shape[0] ?? 1));
    return values;
  };
};
