import {
  targetId,
  type Measurement,
  type Level,
  type Target,
  type Scenario,
} from '../../model/measurement.ts';
import { checksSupport } from '../checks/check.ts';
import { groupBy } from '../group-by.ts';
import type { Estimate } from '../../stats/interval.ts';
import type { SummaryRow } from '../summary-row.ts';
import { limitState, type RowCounts } from './row-counts.ts';
import type { SearchOutcome } from './search-progress.ts';

export const rateOf = ({ requestRatePerSecond }: SummaryRow): number =>
  requestRatePerSecond?.value ?? 0;

/** The rows that a best rate can come from, grouped by target, engine and scenario. Leaves out no-op limits and rows that fail a check. */
export const usableRowsByTarget = (
  rows: readonly SummaryRow[],
): readonly (readonly SummaryRow[])[] => [
  ...groupBy(
    rows.filter((row) => row.engine !== 'noop' && rateOf(row) > 0 && checksSupport(row)),
    ({ target, engine, scenario }) => `${targetId(target)}/${engine}/${scenario}`,
  ).values(),
];

/** The highest rate of a target within a p99 limit: found by a search, or that of the best level. */
export interface SloRate {
  readonly target: Target;
  readonly engine: Measurement['engine'];
  readonly scenario: Scenario;
  readonly limitMs: number;
  /** `kept`: a rate was shown to keep the limit; `not-kept`: all levels, or all searches, were shown to exceed it; `unknown`: otherwise. */
  readonly state: 'kept' | 'not-kept' | 'unknown';
  /**
   * The level with the highest rate among those that keep the limit, otherwise among those that may keep it, otherwise the level with the
   * smallest share of requests over it. Absent with a search.
   */
  readonly level?: Level;
  /** Absent without a search. */
  readonly search?: SearchOutcome;
  /** Requests that count for the limit, see `RowCounts`, at that level, or at the rates that were found. */
  readonly requests: number;
  /** Of these, requests that took longer or failed. */
  readonly overLimit: number;
  /** Absent, like `p99Ms`, if no rate was shown to keep the limit. */
  readonly requestRatePerSecond?: Estimate;
  /** With a search, the mean of its repeats. */
  readonly p99Ms?: number;
}

/** Counts the requests of a row over a limit. */
export type CountsOf = (row: SummaryRow, limitMs: number) => RowCounts;

interface JudgedRow extends RowCounts {
  readonly row: SummaryRow;
  readonly state: SloRate['state'];
}

const stateOf = ({ failedShare }: SummaryRow, counts: RowCounts): SloRate['state'] =>
  limitState(failedShare ?? 1, counts);

/** Chooses the level, see `SloRate.level`. */
const bestOf = (judged: readonly JudgedRow[]): JudgedRow | undefined => {
  const byRate = judged.toSorted((a, b) => rateOf(b.row) - rateOf(a.row));
  const byShare = judged.toSorted((a, b) => a.overLimit / a.requests - b.overLimit / b.requests);
  return (
    byRate.find(({ state }) => state === 'kept') ??
    byRate.find(({ state }) => state === 'unknown') ??
    byShare[0]
  );
};

const sloRate = (
  rows: readonly SummaryRow[],
  limitMs: number,
  countsOf: CountsOf,
): readonly SloRate[] => {
  const best = bestOf(
    rows.map((row) => {
      const counts = countsOf(row, limitMs);
      return { row, ...counts, state: stateOf(row, counts) };
    }),
  );
  if (best === undefined) return [];
  const { row, state, requests, overLimit } = best;
  const { target, engine, scenario, level, p99Ms, requestRatePerSecond } = row;
  const isKept = state === 'kept';
  return [
    {
      target,
      engine,
      scenario,
      limitMs,
      state,
      level,
      requests,
      overLimit,
      requestRatePerSecond: isKept ? requestRatePerSecond : undefined,
      p99Ms: isKept ? p99Ms?.value : undefined,
    },
  ];
};

/** The best rate of each target within each limit, in the order of the rows. */
export const sloRatesOf = (
  rows: readonly SummaryRow[],
  limitsMs: readonly number[],
  countsOf: CountsOf,
): readonly SloRate[] =>
  usableRowsByTarget(rows).flatMap((ofTarget) =>
    limitsMs.flatMap((limitMs) => sloRate(ofTarget, limitMs, countsOf)),
  );
