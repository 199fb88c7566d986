import { type OnnxModel, ensureBuiltModel, type WeightValues } from './built-model.ts';
import { centreRows, createBitStream, fillBellShaped } from '../random.ts';

/**
 * Draws the values of the tensors from a seed, in the order of the calls. Each filter gets a mean of 0. Otherwise the positive mean of
 * rectified values would grow from layer to layer, and an untrained network would answer nearly the same for every image. All biases are
 * 0, so scaling the values of an image does not change the order of the classes.
 */
const drawWeights = (seed: number): WeightValues => {
  const nextBits = createBitStream(seed);
  return ({ shape, length, deviation }) => {
    const values = new Float32Array(length);
    if (deviation === 0) return values;
    fillBellShaped(values, nextBits, deviation);
    centreRows(values, length / (shape[0] ?? 1));
    return values;
  };
};

/** The seed for the simulated server. */
const DEFAULT_SEED = 50;

/**
 * Returns the ResNet-50 with random weights, and builds it if it is missing. A seed gives the same bytes on every machine.
 * @param cacheFolder - A folder that may be deleted at any time; usually `.cache`.
 * @throws errors of the file system, such as ENOSPC.
 */
export const ensureModel = (cacheFolder: string, seed: number = DEFAULT_SEED): Promise<OnnxModel> =>
  ensureBuiltModel(cacheFolder, `seed${seed}`, { trained: 'false', seed: String(seed) }, () =>
    Promise.resolve(drawWeights(seed)),
  );
