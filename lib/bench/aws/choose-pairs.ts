import type { ServingName } from '../../../serving-configs/index.ts';
import { BenchError } from '../model/errors.ts';
import type { PlanRequest } from '../plan/plan-request.ts';
import type { DeployedPair } from './find-deployment.ts';

/**
 * Selects the pairs with the given numbers; all pairs if no numbers are given.
 *
 * @throws BenchError if one of them is not deployed.
 */
export const choosePairs = (
  pairs: readonly DeployedPair[],
  numbers: readonly number[] | undefined,
): readonly DeployedPair[] => {
  const unknown = numbers?.find((number) => !pairs.some(({ pair }) => pair === number));
  if (unknown !== undefined) {
    throw new BenchError('BENCH_USAGE', `there is no pair ${unknown}`, {
      hint: `deployed pairs: ${pairs.map(({ pair }) => pair).join(', ')}; to add pairs, raise "pairs" in the configuration and deploy: npx cdk deploy --all`,
    });
  }
  return pairs.filter(({ pair }) => numbers?.includes(pair) ?? true);
};

/** The servings that every pair can start, in the order of the first pair. */
export const commonServings = (pairs: readonly DeployedPair[]): readonly ServingName[] =>
  (pairs[0]?.servings ?? []).filter((name) =>
    pairs.every(({ servings }) => servings.includes(name)),
  );

/**
 * Ensures that all pairs make the same plan, which they do not if one cannot start a serving that another can.
 *
 * @param requested the servings named by `--servings`, which decide for all pairs unless they are the default
 * @throws BenchError if the pairs differ and no servings are requested.
 */
export const assertSameServings = (
  pairs: readonly DeployedPair[],
  requested: PlanRequest['servings'],
): void => {
  if (requested.kind !== 'default') return;
  if (new Set(pairs.map(({ unavailable }) => unavailable.join(','))).size <= 1) return;
  const texts = pairs.map(
    ({ pair, unavailable }) => `pair ${pair} lacks ${unavailable.join(', ') || 'nothing'}`,
  );
  throw new BenchError(
    'BENCH_NOT_RUNNABLE',
    `the pairs cannot start the same servings: ${texts.join('; ')}`,
    {
      hint: `give those that all of them can start: --servings ${commonServings(pairs).join(',')}`,
    },
  );
};
