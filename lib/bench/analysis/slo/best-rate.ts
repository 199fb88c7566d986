import { pathId, type Cell, type Level, type Path, type Scenario } from '../../plan/cell.ts';
import { gatesSupport } from '../gates/gates-support.ts';
import { groupBy } from '../group-by.ts';
import type { SummaryRow } from '../summary.ts';

/** Requests that may fail where a bound is kept. */
const FAILED_SHARE = 0.001;

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
  (failedShare?.value ?? 1) <= FAILED_SHARE;

/**
 * The row with the best rate of those whose p99 is supported by enough answers and, as measured, within the bound, with at
 * most 0.1 % failed.
 */
export const bestWithin = (rows: readonly SummaryRow[], boundMs: number): SummaryRow | undefined =>
  bestOf(
    rows.filter(
      (row) =>
        row.percentileSupport?.p99 === true &&
        (row.p99Ms?.value ?? Infinity) <= boundMs &&
        failsFew(row),
    ),
  );

/** Whether a row may keep a bound: half of its answers do, and it has too few to claim a p99. */
const mayKeep = (row: SummaryRow, boundMs: number): boolean =>
  row.percentileSupport?.p99 !== true && (row.p50Ms?.value ?? Infinity) <= boundMs && failsFew(row);

/** The best rate that a path was measured at within a bound of p99 that somebody asked for. */
export interface SloRate {
  readonly path: Path;
  readonly engine: Cell['engine'];
  readonly scenario: Scenario;
  /** The bound. */
  readonly boundMs: number;
  /**
   * `kept`: a level keeps it; `not-kept`: none does; `unknown`: none that has answers enough to claim a p99 does, and a level
   * with too few may.
   */
  readonly state: 'kept' | 'not-kept' | 'unknown';
  /** The level with the best rate of those that keep the bound. Absent where none does, as all below. */
  readonly level?: Level;
  readonly requestRatePerSecond?: number;
  readonly p99Ms?: number;
}

const sloRate = (rows: readonly SummaryRow[], boundMs: number): readonly SloRate[] => {
  const [first] = rows;
  if (first === undefined) return [];
  const { path, engine, scenario } = first;
  const common = { path, engine, scenario, boundMs };
  const best = bestWithin(rows, boundMs);
  if (best === undefined) {
    const state = rows.some((row) => mayKeep(row, boundMs)) ? 'unknown' : 'not-kept';
    return [{ ...common, state }];
  }
  return [
    {
      ...common,
      state: 'kept',
      level: best.level,
      requestRatePerSecond: rateOf(best),
      ...(best.p99Ms === undefined ? {} : { p99Ms: best.p99Ms.value }),
    },
  ];
};

/** What each path was measured at within each bound, in the order of the rows. */
export const sloRatesOf = (
  rows: readonly SummaryRow[],
  boundsMs: readonly number[],
): readonly SloRate[] =>
  choices(rows).flatMap((ofPath) => boundsMs.flatMap((boundMs) => sloRate(ofPath, boundMs)));
