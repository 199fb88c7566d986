import type { ServingName } from '../../../serving-configs/index.ts';
import { BenchError } from '../model/errors.ts';
import type { DeployedPair } from './deployment.ts';

/**
 * The pairs of a deployment that were named; all where none was.
 *
 * @throws BenchError where one is not deployed.
 */
export const choosePairs = (
  pairs: readonly DeployedPair[],
  named: readonly number[] | undefined,
): readonly DeployedPair[] => {
  const unknown = named?.find((number) => !pairs.some(({ pair }) => pair === number));
  if (unknown !== undefined) {
    throw new BenchError('BENCH_USAGE', `there is no pair ${unknown}`, {
      hint: `deployed are ${pairs.map(({ pair }) => pair).join(', ')}; to add pairs, raise "pairs" in the configuration and run npx cdk deploy --all`,
    });
  }
  return pairs.filter(({ pair }) => named?.includes(pair) ?? true);
};

/** The servings that all of the pairs can start, in the order of the first. */
export const servingsOf = ([first, ...others]: readonly DeployedPair[]): readonly ServingName[] =>
  (first?.servings ?? []).filter((name) => others.every(({ servings }) => servings.includes(name)));

/**
 * @param named the servings that were named one by one
 * @throws BenchError where pairs would make different plans, since one cannot start what another can.
 */
export const assertSameServings = (
  pairs: readonly DeployedPair[],
  named: readonly ServingName[] | undefined,
): void => {
  if (named !== undefined) return;
  const odd = pairs.find(
    ({ unavailable }) => unavailable.join(',') !== pairs[0]?.unavailable.join(','),
  );
  if (odd === undefined) return;
  const texts = pairs.map(
    ({ pair, unavailable }) => `pair ${pair} lacks ${unavailable.join(', ') || 'none'}`,
  );
  throw new BenchError(
    'BENCH_NOT_RUNNABLE',
    `the pairs cannot start the same servings: ${texts.join('; ')}`,
    { hint: `name those that all of them can start: --servings ${servingsOf(pairs).join(',')}` },
  );
};
