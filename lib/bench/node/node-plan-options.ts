import type { ServingName } from '../../../serving-configs/index.ts';
import { BenchError } from '../model/errors.ts';
import type { LoadGenerator, PlanOptions, PlanOverrides } from '../model/plan-options.ts';
import { seedFrom } from '../plan/plan-options.ts';
import { resolvePlanOptions } from '../plan/plan-options.ts';

/**
 * The options of a plan on node pairs: what was said, then what every pair finds by itself and all find alike. Pure.
 *
 * @param found the servings of the deployment and the load generator of the node
 * @throws BenchError where a serving was named that the deployment has not.
 */
export const nodePlanOptions = (
  said: PlanOverrides,
  runId: string,
  found: { readonly servings: readonly ServingName[]; readonly loadGenerator: LoadGenerator },
): PlanOptions => {
  const missing = (said.servings ?? []).filter((name) => !found.servings.includes(name));
  if (missing.length > 0) {
    throw new BenchError(
      'BENCH_NOT_DEPLOYED',
      `this deployment has no ${missing.join(', ')}, only ${found.servings.join(', ')}`,
      { hint: 'add it to "servings" of the configuration and deploy again: npx cdk deploy --all' },
    );
  }
  return resolvePlanOptions({ ...found, seed: seedFrom(runId), ...said }, 'aws');
};
