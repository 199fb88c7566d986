import { BenchError } from '../model/errors.ts';
import type { Plan } from '../model/plan.ts';
import type { Environment } from '../model/environment.ts';
import { dedupeRecords } from '../results/results-file.ts';
import type { ResultRecord } from '../model/record.ts';
import type { RunData } from '../results/run-folder.ts';
import type { Repeats } from './repeats.ts';

/** The part of a run that one pair wrote. */
export interface PairPart {
  /** Number of the pair. */
  readonly pair: number;
  readonly plan: Plan;
  /** Undefined if the pair was cut off before its first measurement. */
  readonly environment?: Environment | undefined;
  /** In the order in which they were written. */
  readonly records: readonly ResultRecord[];
}

type PairPlan = Pick<PairPart, 'pair'> & { readonly plan: Pick<Plan, 'hash'> };

/** @throws BenchError if the two pairs measure different plans. */
export const assertOnePlan = (first: PairPlan, second: PairPlan): void => {
  if (first.plan.hash === second.plan.hash) return;
  throw new BenchError(
    'BENCH_OTHER_PLAN',
    `pair ${first.pair} measures the plan ${first.plan.hash}, and pair ${second.pair} the plan ${second.plan.hash}: they belong to different runs`,
    {
      hint: 'the pairs differ in version, container images, model or load generator: deploy all of them again: npx serving-compare deploy; then start a new run',
    },
  );
};

/** Returns the environment of the first pair with the nodes of all pairs. */
const mergeEnvironments = (
  environments: readonly [Environment, ...(readonly Environment[])],
): Environment => {
  const [first, ...rest] = environments;
  if (first.aws === undefined) return first;
  const images: Record<string, string> = {};
  for (const [serving, image] of environments.flatMap(({ aws }) =>
    Object.entries(aws?.images ?? {}),
  )) {
    // An image that the nodes build themselves has a different id on each.
    const ids = images[serving]?.split(', ') ?? [];
    images[serving] = [...new Set([...ids, image])].join(', ');
  }
  return {
    ...first,
    aws: {
      ...first.aws,
      images,
      pairs: [...first.aws.pairs, ...rest.flatMap(({ aws }) => aws?.pairs ?? [])],
    },
  };
};

/**
 * Merges the parts of a run as if one runner had written them. The records of each pair keep their order.
 *
 * @param repeats the repeats of each pair: what a lost pair had measured of others is left out; undefined: everything counts
 * @throws BenchError if there are no results yet, the parts have different plans, or a measurement is not in the plan.
 */
export const mergeRuns = (parts: readonly PairPart[], repeats?: Repeats): RunData => {
  // A pair without an environment may have stopped because its plan differs.
  const ordered = parts
    .filter(({ environment }) => environment !== undefined)
    .toSorted((a, b) => a.pair - b.pair);
  const [first] = ordered;
  const [environment, ...otherEnvironments] = ordered.flatMap((part) => part.environment ?? []);
  if (first === undefined || environment === undefined) {
    throw new BenchError('BENCH_NO_RESULTS', 'no pair of this run has finished a measurement', {
      hint: 'wait for it: npx serving-compare status; or see why: npx serving-compare logs',
    });
  }
  for (const part of ordered) assertOnePlan(first, part);
  const { plan } = first;
  const records = ordered.flatMap(({ pair, records: written }) =>
    dedupeRecords(written, plan, `the results of pair ${pair}`).map((record) => ({
      ...record,
      pair: record.pair ?? pair,
    })),
  );
  const counts = (record: ResultRecord): boolean => {
    if (repeats === undefined) return true;
    const own = repeats[record.pair ?? 0] ?? [];
    return record.kind === 'measurement' ? own.includes(record.measurement.repeat) : own.length > 0;
  };
  return {
    plan,
    environment: mergeEnvironments([environment, ...otherEnvironments]),
    records: records.filter(counts),
  };
};
