import { BenchError } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import type { Environment } from './environment.ts';
import { dedupeRecords } from './plan-records.ts';
import type { CellRecord, ResultRecord } from './record.ts';
import type { RunData } from './run-folder.ts';

/** What one pair wrote of a run. */
export interface PairPart {
  /** Number of the pair. */
  readonly pair: number;
  readonly plan: Plan;
  /** Undefined where it was cut off before its first cell. */
  readonly environment?: Environment | undefined;
  /** In the order in which they were written. */
  readonly records: readonly ResultRecord[];
}

/** A cell that failed is given out anew, and may then be left out. */
const RANKS: Readonly<Record<CellRecord['state'], number>> = {
  completed: 2,
  skipped: 1,
  failed: 0,
};

/** Figures win over none, then the earlier assignment, then what was finished first. */
const wins = (one: CellRecord, other: CellRecord): boolean => {
  if (one.state !== other.state) return RANKS[one.state] > RANKS[other.state];
  const assigned = (one.assignment ?? 0) - (other.assignment ?? 0);
  return assigned === 0 ? one.finishedAt < other.finishedAt : assigned < 0;
};

const demandOnePlan = (first: PairPart, parts: readonly PairPart[]): void => {
  const other = parts.find(({ plan }) => plan.hash !== first.plan.hash);
  if (other === undefined) return;
  throw new BenchError(
    'BENCH_OTHER_PLAN',
    `pair ${first.pair} measured the plan ${first.plan.hash}, and pair ${other.pair} the plan ${other.plan.hash}: they are no one run`,
    {
      hint: 'the pairs differ in version, images, model or load engine: deploy all of them anew (npx cdk deploy --all) and start a new run',
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
 * Puts together what the pairs of a run wrote, as if one runner had: the records of each pair in their order, each cell
 * once. Where two pairs measured a cell, since it was given out anew, the first that gave figures counts. Pure.
 *
 * @throws BenchError where there is nothing yet, the parts are of several plans, or a cell is of none.
 */
export const mergeRuns = (parts: readonly PairPart[]): RunData => {
  const ordered = parts.toSorted((a, b) => a.pair - b.pair);
  const [first] = ordered;
  const environments = ordered.flatMap(({ environment }) => environment ?? []);
  const [environment, ...others] = environments;
  if (first === undefined || environment === undefined) {
    throw new BenchError('BENCH_NO_RESULTS', 'no pair of this run has come to its first cell', {
      hint: 'wait for it: npx serving-compare status; or see why: npx serving-compare logs',
    });
  }
  demandOnePlan(first, ordered);
  const { plan } = first;
  const records = ordered.flatMap((part) =>
    dedupeRecords(part.records, plan, `the results of pair ${part.pair}`).map((record) => ({
      ...record,
      pair: record.pair ?? part.pair,
    })),
  );
  const winners = new Map<string, ResultRecord>();
  for (const record of records) {
    if (record.kind !== 'cell') continue;
    const { id } = record.cell;
    const before = winners.get(id);
    if (before === undefined || before.kind !== 'cell' || wins(record, before)) {
      winners.set(id, record);
    }
  }
  return {
    plan,
    environment: mergeEnvironments([environment, ...others]),
    records: records.filter(
      (record) => record.kind !== 'cell' || winners.get(record.cell.id) === record,
    ),
  };
};
