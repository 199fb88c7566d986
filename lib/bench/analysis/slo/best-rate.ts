import { pathId, type Cell, type Level, type Path, type Scenario } from '../../plan/cell.ts';
import { gatesSupport } from '../gates/gates-support.ts';
import { groupBy } from '../group-by.ts';
import { isClaimRefuted, isClaimSupported } from '../statistics/early-stopping.ts';
import type { SummaryRow } from '../summary.ts';
import { MOST_FAILED_SHARE, P99_SHARE } from './judge-counts.ts';
import type { RowCounts } from './row-counts.ts';

export const rateOf = ({ requestRatePerSecond }: SummaryRow): number =>
  requestRatePerSecond?.value ?? 0;

/**
 * Rows that may be chosen from, those of a path, engine and scenario together, in the order of the rows: ceilings are no
 * choice, and a rate that failed a gate is nobody's.
 */
export const choices = (rows: readonly SummaryRow[]): readonly (readonly SummaryRow[])[] => [
  ...groupBy(
    rows.filter((row) => row.engine !== 'null' && rateOf(row) > 0 && gatesSupport(row)),
    ({ path, engine, scenario }) => `${pathId(path)}/${engine}/${scenario}`,
  ).values(),
];

export const bestOf = (rows: readonly SummaryRow[]): SummaryRow | undefined =>
  rows.toSorted((a, b) => rateOf(b) - rateOf(a))[0];

const failsFew = ({ failedShare }: SummaryRow): boolean =>
  (failedShare?.value ?? 1) <= MOST_FAILED_SHARE;

/** The best rate that a path was measured at within a bound of p99 that somebody asked for. */
export interface SloRate {
  readonly path: Path;
  readonly engine: Cell['engine'];
  readonly scenario: Scenario;
  /** The bound. */
  readonly boundMs: number;
  /**
   * By the early stopping test of MLPerf at 99 % confidence: `kept`: a level was shown to keep it; `unknown`: none was, and a
   * level has too few requests to tell; `not-kept`: each was shown not to.
   */
  readonly state: 'kept' | 'not-kept' | 'unknown';
  /**
   * The level with the best rate of those that keep the bound, or else of those that may; where none does, the one with the
   * smallest share of requests over it.
   */
  readonly level?: Level;
  /** Of that level: requests that count against the bound, see `RowCounts`. Absent in summaries made before, as the next. */
  readonly requests?: number;
  /** Of these, later than the bound, or failed. */
  readonly overBound?: number;
  /** Where it is there, nothing was answered at the end of a window, see `RowCounts`. */
  readonly stoodStill?: true;
  /** Absent where no level was shown to keep the bound, as the next. */
  readonly requestRatePerSecond?: number;
  readonly p99Ms?: number;
}

/** Counts the requests of a row against a bound. */
export type CountsOf = (row: SummaryRow, boundMs: number) => RowCounts;

interface JudgedRow extends RowCounts {
  readonly row: SummaryRow;
  readonly state: SloRate['state'];
}

const stateOf = (row: SummaryRow, counts: RowCounts): SloRate['state'] => {
  const claim = { share: P99_SHARE, ...counts };
  if (!failsFew(row) || counts.stoodStill || isClaimRefuted(claim)) return 'not-kept';
  return isClaimSupported(claim) ? 'kept' : 'unknown';
};

/** The row with the best rate of those that were shown to keep the bound. */
export const bestWithin = (
  rows: readonly SummaryRow[],
  boundMs: number,
  countsOf: CountsOf,
): SummaryRow | undefined =>
  bestOf(rows.filter((row) => stateOf(row, countsOf(row, boundMs)) === 'kept'));

/** The row that stands for all of them. */
const standFor = (judged: readonly JudgedRow[]): JudgedRow | undefined => {
  const byRate = judged.toSorted((a, b) => rateOf(b.row) - rateOf(a.row));
  const byShare = judged.toSorted((a, b) => a.overBound / a.requests - b.overBound / b.requests);
  return (
    byRate.find(({ state }) => state === 'kept') ??
    byRate.find(({ state }) => state === 'unknown') ??
    byShare[0]
  );
};

const sloRate = (
  rows: readonly SummaryRow[],
  boundMs: number,
  countsOf: CountsOf,
): readonly SloRate[] => {
  const best = standFor(
    rows.map((row) => {
      const counts = countsOf(row, boundMs);
      return { row, ...counts, state: stateOf(row, counts) };
    }),
  );
  if (best === undefined) return [];
  const { row, state, requests, overBound, stoodStill } = best;
  const { path, engine, scenario, level, p99Ms } = row;
  return [
    {
      path,
      engine,
      scenario,
      boundMs,
      state,
      level,
      requests,
      overBound,
      ...(stoodStill ? { stoodStill } : {}),
      ...(state === 'kept' ? { requestRatePerSecond: rateOf(row) } : {}),
      ...(state === 'kept' && p99Ms !== undefined ? { p99Ms: p99Ms.value } : {}),
    },
  ];
};

/** What each path was measured at within each bound, in the order of the rows. */
export const sloRatesOf = (
  rows: readonly SummaryRow[],
  boundsMs: readonly number[],
  countsOf: CountsOf,
): readonly SloRate[] =>
  choices(rows).flatMap((ofPath) =>
    boundsMs.flatMap((boundMs) => sloRate(ofPath, boundMs, countsOf)),
  );
