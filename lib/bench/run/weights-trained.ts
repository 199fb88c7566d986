import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServingName } from '../../../serving-configs/index.ts';
import type { RuntimeSpec } from './serving-launch.ts';

/** Whether the weights behind each serving are trained; absent where that is not known. */
export type WeightsTrained = Readonly<Partial<Record<ServingName, boolean>>>;

/** What the build of the models wrote about the weights that all of them are made from; see `serving-configs/models/`. */
const trainedOfFolder = async (folder: string): Promise<boolean | undefined> => {
  try {
    const record = JSON.parse(await readFile(join(folder, 'models.json'), 'utf8')) as {
      readonly weights?: { readonly trained?: unknown };
    };
    const trained = record.weights?.trained;
    return typeof trained === 'boolean' ? trained : undefined;
  } catch {
    // Models that somebody else put there.
    return undefined;
  }
};

/**
 * What the middleware must be told of the weights on this machine. The reference serving says it in every answer, the
 * platforms themselves in none.
 *
 * @param modelFile a trained model; undefined: seeded weights
 */
export const weightsTrainedOf = async (
  runtime: RuntimeSpec,
  servings: readonly ServingName[],
  modelFile: string | undefined,
): Promise<WeightsTrained> => {
  if (runtime.kind === 'reference') return {};
  const trained =
    runtime.kind === 'venv' ? modelFile !== undefined : await trainedOfFolder(runtime.models);
  return trained === undefined
    ? {}
    : Object.fromEntries(servings.map((serving) => [serving, trained]));
};
