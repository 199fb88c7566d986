import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { BuiltFile } from '../built-folder.ts';
import { resnet50 } from './architecture.ts';
import { placeWeights, type PlacedWeight } from './graphs.ts';

/** The values of a tensor of the network, row by row. */
export type ValuesOf = (weight: PlacedWeight) => Float32Array;

/** Writes the weights of the ResNet-50, one tensor after the other. */
export const writeWeights = async (file: string, valuesOf: ValuesOf): Promise<BuiltFile> => {
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
      const { buffer, byteOffset, byteLength } = valuesOf(weight);
      await append(new Uint8Array(buffer, byteOffset, byteLength));
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { sizeBytes, sha256: hash.digest('hex') };
};
