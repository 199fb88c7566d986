import { ensureBuiltModel, type BuiltModel } from './built-model.ts';
import { drawWeights } from './draw-weights.ts';

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
