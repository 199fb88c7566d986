import type { ServingName } from '../../../serving-configs/index.ts';
import type { RuntimeSpec } from './serving-launch.ts';

/** Whether the weights behind each serving are trained; absent where that is not known. */
export type WeightsTrained = Readonly<Partial<Record<ServingName, boolean>>>;

/**
 * What the middleware must be told of the weights on this machine. The simulated server says it in every answer, the
 * platforms themselves in none.
 *
 * @param modelFile a trained model; undefined: random weights
 */
export const weightsTrainedOf = (
  runtime: RuntimeSpec,
  servings: readonly ServingName[],
  modelFile: string | undefined,
): WeightsTrained => {
  if (runtime.kind === 'simulated') return {};
  const trained = runtime.kind === 'venv' ? modelFile !== undefined : runtime.trained;
  return trained === undefined
    ? {}
    : Object.fromEntries(servings.map((serving) => [serving, trained]));
};
