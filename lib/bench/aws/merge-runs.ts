import { BenchError } from '../model/errors.ts';
import type { Plan } from '../model/plan.ts';
import type { Environment } from '../model/environment.ts';
import { dedupeRecords } from '../results/dedupe-records.ts';
import type { ResultRecord } from '../model/record.ts';
import type { RunData } from '../results/run-folder.ts';
import { repeatProgress } from './repeat-progress.ts';

/** What one pair wrote of a run. */
export interface PairPart {
  /** Number of the pair. */
  readonly pair: number;
  readonly plan: Plan;
  /** Undefined where it was cut off before its first measurement. */
  readonly environment?: Environment | undefined;
  /** In the order in which they were written. */
  readonly records: readonly ResultRecord[];
}

/**
 * Demands that two pairs measure the same plan.
 *
 * @throws BenchError where they do not.
 */
export const assertOnePlan = (
  one: { readonly pair: number; readonly plan: Pick<Plan, 'hash'> },
  other: { readonly pair: number; readonly plan: Pick<Plan, 'hash'> },
): void => {
  if (one.plan.hash === other.plan.hash) return;
  throw new BenchError(
    'BENCH_OTHER_PLAN',
    `pair ${one.pair} measures the plan ${one.plan.hash}, and pair ${other.pair} the plan ${other.plan.hash}: they belong to different runs`,
    {
      hint: 'the pairs differ in version, images, model or load generator: deploy all of them again (npx cdk deploy --all) and start a new run',
    },
  );
};

/** The environment of the first pair with the nodes of all. */
const mergeEnvironments = (
  environments: readonly [Environment, ...(readonly Environment[])],
): Environment => {
  const [first, ...rest] = environments;
  if (first.aws === undefined) return first;
  const images: Record<string, string> = {};
  for (const [serving, image] of environments.flatMap(({ aws }) =>
    Object.entries(aws?.images ?? {}),
  )) {
    // An image that each node builds has another id on each.
    const known = images[serving]?.split(', ') ?? [];
    images[serving] = [...new Set([...known, image])].join(', ');
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
 * Puts together what the pairs of a run wrote, as if one runner had: the records of each pair in their order, each repeat from
 * one pair. What another one, that was lost, measured of the same repeat is left out. Pure.
 *
 * @throws BenchError where there is nothing yet, the parts are of several plans, or a measurement is of none.
 */
export const mergeRuns = (parts: readonly PairPart[]): RunData => {
  // Others may have stopped for the very reason that their plan is another one.
  const ordered = parts
    .filter(({ environment }) => environment !== undefined)
    .toSorted((a, b) => a.pair - b.pair);
  const [first] = ordered;
  const [environment, ...others] = ordered.flatMap((part) => part.environment ?? []);
  if (first === undefined || environment === undefined) {
    throw new BenchError('BENCH_NO_RESULTS', 'no pair of this run has finished a measurement', {
      hint: 'wait for it: npx serving-compare status; or see why: npx serving-compare logs',
    });
  }
  for (const part of ordered) assertOnePlan(first, part);
  const { plan } = first;
  const records = ordered.flatMap((part) =>
    dedupeRecords(part.records, plan, `the results of pair ${part.pair}`).map((record) => ({
      ...record,
      pair: record.pair ?? part.pair,
    })),
  );
  const holders = repeatProgress(plan, records).map(({ holder }) => holder);
  const idle = new Set(
    records.flatMap(({ kind, pair }) =>
      kind === 'measurement' && !holders.includes(pair) ? [pair] : [],
    ),
  );
  return {
    plan,
    environment: mergeEnvironments([environment, ...others]),
    records: records.filter((record) =>
      record.kind === 'measurement'
        ? holders[record.measurement.repeat - 1] === record.pair
        : !idle.has(record.pair),
    ),
  };
};
