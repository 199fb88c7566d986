import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { resnet50 } from './architecture.ts';
import { placeWeights, type PlacedWeight } from './graphs.ts';
import { centreRows, createBitStream, fillBellShaped } from './seeded-values.ts';

/**
 * Draws the values of one tensor. Each filter is centred over what it sees: without that the positive mean of rectified
 * values grows from layer to layer, and an untrained network answers nearly the same for every picture. All biases are
 * 0, so the order of the classes does not change when a picture's values are scaled.
 */
const draw = (weight: PlacedWeight, nextBits: () => number): Float32Array => {
  const values = new Float32Array(weight.length);
  if (weight.deviation === 0) return values;
  fillBellShaped(values, nextBits, weight.deviation);
  centreRows(values, weight.length / (weight.shape[0] ?? 1));
  return values;
};

/**
 * Writes the seeded weights of the ResNet-50, one tensor after the other.
 * @returns The file's length in bytes and its SHA-256 as hex.
 */
export const writeWeights = async (
  file: string,
  seed: number,
): Promise<{ sizeBytes: number; sha256: string }> => {
  const nextBits = createBitStream(seed);
  const hash = createHash('sha256');
  const handle = await open(file, 'wx');
  let sizeBytes = 0;
  const append = async (bytes: Uint8Array): Promise<void> => {
    if (bytes.length === 0) return;
    hash.update(bytes);
    await handle.writeFile(bytes);
    sizeBytes += bytes.length;
  };
  try {
    for (const weight of placeWeights(resnet50('input', 'logits').weights)) {
      await append(new Uint8Array(weight.offsetBytes - sizeBytes));
      await append(new Uint8Array(draw(weight, nextBits).buffer));
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { sizeBytes, sha256: hash.digest('hex') };
};
