import type { Level } from '../model/measurement.ts';
import type { Environment } from '../model/environment.ts';
import type { Plan } from '../model/plan.ts';
import type { Estimate } from '../stats/interval.ts';
import { checksSupport } from './checks/check.ts';
import { usableRowsByTarget, rateOf } from './slo/best-rate.ts';
import type { SummaryRow } from './summary-row.ts';
import type { Costs, Price, SloRate, TargetCost } from './summary.ts';

/** The given price, otherwise the list price of the most expensive node pair. Undefined if a pair has no list price. */
export const priceOf = (
  { settings }: Pick<Plan, 'settings'>,
  { aws }: Pick<Environment, 'aws'>,
): Price | undefined => {
  if (settings.usdPerHour !== undefined) return { usdPerHour: settings.usdPerHour, kind: 'given' };
  // A pair without a list price comes first.
  const [dearest] = (aws?.pairs ?? []).toSorted(
    (a, b) => (b.pricePerHourUsd ?? Infinity) - (a.pricePerHourUsd ?? Infinity),
  );
  if (dearest?.pricePerHourUsd === undefined) return undefined;
  return {
    usdPerHour: dearest.pricePerHourUsd,
    kind: 'list',
    region: aws?.region,
    date: dearest.priceDate,
    source: dearest.priceSource,
  };
};

const SECONDS_PER_HOUR = 3600;
const MILLION = 1e6;

/** Price per hour ÷ answers per hour × 10⁶. */
export const usdPerMillion = (usdPerHour: number, ratePerSecond: number): number =>
  (usdPerHour / (ratePerSecond * SECONDS_PER_HOUR)) * MILLION;

/** Costs of a million answers at the level of a row; undefined without a price, without answers, or if a check failed. */
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

/** The level of a rate that was found by a search. */
const searchedLevel = ({ value }: Estimate): Level => ({
  loop: 'open',
  arrivals: 'poisson',
  ratePerSecond: Number(value.toPrecision(3)),
});

/** Costs of each target at its highest rate within each p99 limit, and at its highest rate of all. */
export const costsOf = (
  rows: readonly SummaryRow[],
  price: Price,
  sloRates: readonly SloRate[],
): Costs => {
  const best = usableRowsByTarget(rows).flatMap((ofTarget) => {
    const [row] = ofTarget.toSorted((a, b) => rateOf(b) - rateOf(a));
    return row === undefined ? [] : [{ ...row, limitMs: undefined, p99Ms: row.p99Ms?.value }];
  });
  const targets = [...sloRates, ...best].flatMap((rated): readonly TargetCost[] => {
    const { target, engine, scenario, limitMs, level, requestRatePerSecond: rate, p99Ms } = rated;
    if (rate === undefined) return [];
    return [
      {
        target,
        engine,
        scenario,
        level: level ?? searchedLevel(rate),
        requestRatePerSecond: rate.value,
        p99Ms,
        limitMs,
        usdPerMillion: costOf(price.usdPerHour, rate),
      },
    ];
  });
  return { price, targets };
};
