import type { ServingName } from '../../../serving-configs/index.ts';
import { BenchError } from '../model/errors.ts';
import type { PlanOverrides } from '../model/plan-options.ts';
import type { PlanRequest } from '../plan/plan-request.ts';
import type { DeployedPair } from './find-deployment.ts';
import { UNAVAILABLE_REMEDY, unavailableLines } from './unavailable-lines.ts';

/**
 * Selects the pairs with the given numbers; all pairs if no numbers are given.
 *
 * @throws BenchError if one of them is not deployed.
 */
export const choosePairs = <Pair extends Pick<DeployedPair, 'pair'>>(
  pairs: readonly Pair[],
  numbers: readonly number[] | undefined,
): readonly Pair[] => {
  const unknown = numbers?.find((number) => !pairs.some(({ pair }) => pair === number));
  if (unknown !== undefined) {
    throw new BenchError('BENCH_USAGE', `there is no pair ${unknown}`, {
      hint: `there are the pairs ${pairs.map(({ pair }) => pair).join(', ')}; to add pairs, raise "pairs" in the configuration and deploy: npx serving-compare deploy`,
    });
  }
  return pairs.filter(({ pair }) => numbers?.includes(pair) ?? true);
};

/** The servings that every pair can start, in the order of the first pair. */
export const commonServings = (
  pairs: readonly Pick<DeployedPair, 'servings'>[],
): readonly ServingName[] =>
  (pairs[0]?.servings ?? []).filter((name) =>
    pairs.every(({ servings }) => servings.includes(name)),
  );

/** A profile that takes minutes may leave a serving out; the report says so. */
const isTrial = ({ profile = 'quick' }: Pick<PlanOverrides, 'profile'>): boolean =>
  profile === 'quick';

/**
 * Ensures that the pairs can start what a run is to compare. All must make the same plan, which they do not if one cannot start a
 * serving that another can; and a run of hours must not lack a serving that its user expects.
 *
 * @param asked whose `--servings` decide, if they are given
 * @throws BenchError that names the servings that cannot start, with the reasons.
 */
export const assertServings = (
  pairs: readonly DeployedPair[],
  { servings, options }: Pick<PlanRequest, 'servings' | 'options'>,
): void => {
  if (servings.kind !== 'default') return;
  const lacks = pairs.map(({ unavailable }) => unavailable.map(({ serving }) => serving).join(','));
  const isSame = new Set(lacks).size <= 1;
  if (isSame && (lacks.every((ids) => ids === '') || isTrial(options))) return;
  throw new BenchError(
    'BENCH_NOT_RUNNABLE',
    [
      isSame
        ? 'the nodes cannot start every serving that they were deployed for'
        : 'the pairs cannot start the same servings',
      ...unavailableLines(pairs),
    ].join('\nerror: '),
    {
      hint: `compare the others: --servings ${commonServings(pairs).join(',')}; or ${UNAVAILABLE_REMEDY}`,
    },
  );
};
