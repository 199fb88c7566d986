import type { Cell, Level, Path, Scenario } from '../plan/cell.ts';
import { gatesSupport } from './gates/gates-support.ts';
import type { Price } from './price.ts';
import { bestOf, bestWithin, choices, rateOf, type CountsOf } from './slo/best-rate.ts';
import { claimOf } from './slo/claim-of.ts';
import type { SloSearchResult } from './slo/slo-searches.ts';
import type { Estimate } from './statistics/interval.ts';
import type { SummaryRow } from './summary.ts';

/** The bound that MLPerf Inference sets for ResNet-50 in its Server scenario: `resnet50.Server.target_latency`. */
export const MLPERF_BOUND_MS = 15;

const SECONDS_PER_HOUR = 3600;
const MILLION = 1e6;

/** What a million answers cost on one path and scenario, at the level that carries most. */
export interface PathCost {
  readonly path: Path;
  readonly engine: Cell['engine'];
  readonly scenario: Scenario;
  readonly level: Level;
  readonly requestRatePerSecond: number;
  readonly p99Ms?: number;
  /**
   * `search`: the highest rate that the search for it found within the bound; `within-bound`: the best rate of the levels
   * that were shown to keep it, as `SloRate` has it; `best-rate`: the best rate of all levels, as none
   * was shown to keep the bound.
   */
  readonly basis: 'search' | 'within-bound' | 'best-rate';
  /** Bound of p99 that the level was chosen by. */
  readonly boundMs: number;
  /** The interval is that of the rate. */
  readonly usdPerMillion: Estimate;
}

export interface Costs {
  readonly price: Price;
  readonly paths: readonly PathCost[];
}

/** Price an hour ÷ answers an hour × a million. */
export const usdPerMillion = (usdPerHour: number, ratePerSecond: number): number =>
  (usdPerHour / (ratePerSecond * SECONDS_PER_HOUR)) * MILLION;

/** What a million answers cost at the level of a row; nothing where no price is known, nothing was answered, or a gate failed. */
export const rowCost = (
  row: SummaryRow,
  price: Price | undefined,
): Pick<SummaryRow, 'usdPerMillion'> =>
  price === undefined || row.engine === 'null' || rateOf(row) <= 0 || !gatesSupport(row)
    ? {}
    : { usdPerMillion: usdPerMillion(price.usdPerHour, rateOf(row)) };

const costAt = (row: SummaryRow, usdPerHour: number): Estimate => {
  const interval = row.intervals?.requestRatePerSecond?.interval;
  const value = usdPerMillion(usdPerHour, rateOf(row));
  // A rate that may be next to nothing has no highest cost.
  return interval === undefined || interval.low <= 0
    ? { value }
    : {
        value,
        interval: {
          ...interval,
          low: usdPerMillion(usdPerHour, interval.high),
          high: usdPerMillion(usdPerHour, interval.low),
        },
      };
};

/** The costs of what searches found, one a path and bound; of those that the apparatus limited none, as of rows that fail a gate. */
const searchCosts = (searches: readonly SloSearchResult[], price: Price): readonly PathCost[] =>
  searches.flatMap(({ path, engine, p99Ms: boundMs, highestValid, limitedBy }): PathCost[] => {
    if (limitedBy !== undefined) return [];
    const { achievedRatePerSecond: rate, p99Ms } = claimOf(highestValid) ?? {};
    if (highestValid === undefined || rate === undefined || rate <= 0) return [];
    const { ratePerSecond } = highestValid;
    return [
      {
        path,
        engine,
        scenario: 'warm',
        level: { loop: 'open', arrivals: 'poisson', ratePerSecond },
        requestRatePerSecond: rate,
        ...(p99Ms === undefined ? {} : { p99Ms }),
        basis: 'search',
        boundMs,
        usdPerMillion: { value: usdPerMillion(price.usdPerHour, rate) },
      },
    ];
  });

/** The cost of a path at its best level, by one bound. */
const levelCost = (
  rows: readonly SummaryRow[],
  { usdPerHour }: Price,
  boundMs: number,
  countsOf: CountsOf,
): readonly PathCost[] => {
  const within = bestWithin(rows, boundMs, countsOf);
  const best = within ?? bestOf(rows);
  if (best === undefined) return [];
  const { path, engine, scenario, level } = best;
  return [
    {
      path,
      engine,
      scenario,
      level,
      requestRatePerSecond: rateOf(best),
      ...(best.percentileSupport?.p99 === true && best.p99Ms !== undefined
        ? { p99Ms: best.p99Ms.value }
        : {}),
      basis: within === undefined ? 'best-rate' : 'within-bound',
      boundMs,
      usdPerMillion: costAt(best, usdPerHour),
    },
  ];
};

/**
 * What each path costs, by each bound: at the rates that searches found, or else at the best level, in the order of the rows;
 * ceilings cost nothing that anybody would buy.
 */
export const costsOf = (
  rows: readonly SummaryRow[],
  price: Price,
  countsOf: CountsOf,
  searches: readonly SloSearchResult[] = [],
  boundsMs: readonly number[] = [MLPERF_BOUND_MS],
): Costs => ({
  price,
  paths: [
    ...searchCosts(searches, price),
    ...choices(rows).flatMap((ofPath) =>
      boundsMs.flatMap((boundMs) => levelCost(ofPath, price, boundMs, countsOf)),
    ),
  ],
});
