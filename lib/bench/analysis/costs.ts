import type { Measurement, Level, Target, Scenario } from '../model/measurement.ts';
import type { Environment } from '../model/environment.ts';
import type { Plan } from '../model/plan.ts';
import type { Estimate } from '../stats/interval.ts';
import { checksSupport } from './checks/check.ts';
import { choices, rateOf, type SloRate } from './slo/best-rate.ts';
import type { SummaryRow } from './summary-row.ts';

/** What the machines of a run cost. */
export interface Price {
  readonly usdPerHour: number;
  /** `list`: from `lib/prices/prices.json`, for a node pair; `given`: by the user. */
  readonly kind: 'list' | 'given';
  readonly region?: string;
  /** Day on which list prices were read. */
  readonly date?: string;
  /** Where list prices were read. */
  readonly source?: string;
}

/**
 * The price of a run: the given one, otherwise that of its dearest node pair when it measured. Undefined if none was given and
 * a pair has no list price.
 */
export const priceOf = (
  { settings }: Pick<Plan, 'settings'>,
  { aws }: Pick<Environment, 'aws'>,
): Price | undefined => {
  if (settings.usdPerHour !== undefined) return { usdPerHour: settings.usdPerHour, kind: 'given' };
  // If one has no list price, the dearest is unknown.
  const listed = (aws?.pairs ?? []).map((pair) => ({ ...pair, usd: pair.pricePerHourUsd ?? 0 }));
  const [dearest] = listed.toSorted((a, b) => b.usd - a.usd);
  if (aws === undefined || dearest === undefined || !listed.every(({ usd }) => usd > 0))
    return undefined;
  const { usd: usdPerHour, priceDate: date, priceSource: source } = dearest;
  return { usdPerHour, kind: 'list', region: aws.region, date, source };
};

const SECONDS_PER_HOUR = 3600;
const MILLION = 1e6;

/** What a million answers cost on one target and scenario: at its highest rate, or at its highest rate within a bound. */
export interface TargetCost {
  readonly target: Target;
  readonly engine: Measurement['engine'];
  readonly scenario: Scenario;
  readonly level: Level;
  readonly requestRatePerSecond: number;
  readonly p99Ms?: number;
  /** Bound of p99 that the rate keeps; absent for the highest rate of all levels. */
  readonly boundMs?: number;
  /** The interval is that of the rate. */
  readonly usdPerMillion: Estimate;
}

export interface Costs {
  readonly price: Price;
  readonly targets: readonly TargetCost[];
}

/** Price an hour ÷ answers an hour × a million. */
export const usdPerMillion = (usdPerHour: number, ratePerSecond: number): number =>
  (usdPerHour / (ratePerSecond * SECONDS_PER_HOUR)) * MILLION;

/** What a million answers cost at the level of a row; undefined without a price, without answers, or if a check failed. */
export const rowCost = (row: SummaryRow, price: Price | undefined): number | undefined =>
  price === undefined || row.engine === 'noop' || rateOf(row) <= 0 || !checksSupport(row)
    ? undefined
    : usdPerMillion(price.usdPerHour, rateOf(row));

const costOf = (usdPerHour: number, { value, interval }: Estimate): Estimate => ({
  value: usdPerMillion(usdPerHour, value),
  interval: interval && {
    ...interval,
    low: usdPerMillion(usdPerHour, interval.high),
    high: usdPerMillion(usdPerHour, interval.low),
  },
});

/** The level of a rate that a search found between levels. */
const searchedLevel = ({ value }: Estimate): Level => ({
  loop: 'open',
  arrivals: 'poisson',
  ratePerSecond: Number(value.toPrecision(3)),
});

/** What each target costs: at its highest rate within each bound, and at its highest rate of all. */
export const costsOf = (
  rows: readonly SummaryRow[],
  price: Price,
  sloRates: readonly SloRate[],
): Costs => {
  const best = choices(rows).flatMap((ofTarget) => {
    const [row] = ofTarget.toSorted((a, b) => rateOf(b) - rateOf(a));
    return row === undefined ? [] : [{ ...row, boundMs: undefined, p99Ms: row.p99Ms?.value }];
  });
  const targets = [...sloRates, ...best].flatMap((one): readonly TargetCost[] => {
    const { target, engine, scenario, boundMs, level, requestRatePerSecond: rate, p99Ms } = one;
    if (rate === undefined) return [];
    return [
      {
        target,
        engine,
        scenario,
        level: level ?? searchedLevel(rate),
        requestRatePerSecond: rate.value,
        p99Ms,
        boundMs,
        usdPerMillion: costOf(price.usdPerHour, rate),
      },
    ];
  });
  return { price, targets };
};
