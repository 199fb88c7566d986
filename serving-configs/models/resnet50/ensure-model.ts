import { type BuiltModel, ensureBuiltModel, type ValuesOf } from './built-model.ts';
import { centreRows, createBitStream, fillBellShaped } from './random.ts';

/**
 * Draws the values of the tensors from a seed, in the order in which they are asked for. Each filter is centred over what
 * it sees: without that the positive mean of rectified values grows from layer to layer, and an untrained network answers
 * nearly the same for every image. All biases are 0, so the order of the classes does not change when an image's values
 * are scaled.
 */
const drawWeights = (seed: number): ValuesOf => {
  const nextBits = createBitStream(seed);
  return ({ shape, length, deviation }) => {
    const values = new Float32Array(length);
    if (deviation === 0) return values;
    fillBellShaped(values, nextBits, deviation);
    centreRows(values, length / (shape[0] ?? 1));
    return values;
  };
};

/** The seed of the weights that the simulated server uses. */
const DEFAULT_SEED = 50;

/**
 * Gives the ResNet-50 with weights drawn from a seed, the same everywhere, and builds it where it is missing.
 * @param cacheFolder - The folder that may be deleted at any time; usually `.cache`.
 * @throws Error of the file system, e.g. ENOSPC.
 */
export const ensureModel = (
  cacheFolder: string,
  seed: number = DEFAULT_SEED,
): Promise<BuiltModel> =>
  ensureBuiltModel(cacheFolder, `seed${seed}`, { trained: 'false', seed: String(seed) }, () =>
    Promise.resolve(drawWeights(seed)),
  );
