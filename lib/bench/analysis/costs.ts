import { type Level, levelId, targetId } from '../model/measurement.ts';
import type { Environment } from '../model/environment.ts';
import type { Plan } from '../model/plan.ts';
import type { Estimate } from '../stats/interval.ts';
import { judge } from '../stats/judgement.ts';
import { checksSupport } from './checks/check.ts';
import { groupBy } from './group-by.ts';
import { isSameLoad, verdictOn } from './ranking.ts';
import { usableRowsByTarget, rateOf } from './slo/limits.ts';
import type { SummaryRow } from './summary-row.ts';
import type { Costs, Price, SloRate, TargetCost } from './slo-types.ts';
import type { HeadlineVerdicts } from './verdict-types.ts';

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

/**
 * Whether one target is known to be cheaper. Since both have the same hourly price, the faster one is: by their ratio at the same level,
 * otherwise by 95 % intervals that do not overlap.
 */
const isKnownCheaper = (
  headline: HeadlineVerdicts | undefined,
  cheaper: TargetCost,
  other: TargetCost,
): boolean => {
  const isSameLevel = levelId(cheaper.level) === levelId(other.level);
  // In an open loop both have the rate of the load.
  if (isSameLevel && cheaper.level.loop === 'open') return false;
  const verdict =
    isSameLevel && headline !== undefined
      ? verdictOn(headline, cheaper.target, other.target)
      : undefined;
  if (verdict !== undefined) {
    const atLevel = verdict.loads.find((load) => isSameLoad(load, cheaper))?.ratio?.interval;
    const isFirst = targetId(verdict.first) === targetId(cheaper.target);
    return atLevel !== undefined && judge(atLevel).kind === (isFirst ? 'faster' : 'slower');
  }
  const [high, low] = [cheaper.usdPerMillion.interval?.high, other.usdPerMillion.interval?.low];
  return high !== undefined && low !== undefined && high < low;
};

/**
 * The lowest cost of each target, the cheapest first, for the scenario and the limit of the cheapest. Costs within a limit take
 * precedence over those without.
 */
const comparableCosts = (costs: readonly TargetCost[]): readonly TargetCost[] => {
  const limited = costs.filter(({ limitMs }) => limitMs !== undefined);
  const byPrice = (limited.length > 0 ? limited : costs).toSorted(
    (a, b) => a.usdPerMillion.value - b.usdPerMillion.value,
  );
  const [cheapest] = byPrice;
  const comparable = byPrice.filter(
    ({ scenario, limitMs }) => scenario === cheapest?.scenario && limitMs === cheapest.limitMs,
  );
  return [...groupBy(comparable, ({ target }) => targetId(target)).values()].map(
    ([lowest]) => lowest,
  );
};

/** Costs of each target at its highest rate within each p99 limit, and at its highest rate of all. */
export const costsOf = (
  rows: readonly SummaryRow[],
  price: Price,
  sloRates: readonly SloRate[],
  headline?: HeadlineVerdicts,
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
  const [cheapest, ...others] = comparableCosts(targets);
  if (cheapest === undefined) {
    const isMeasured = rows.some((row) => row.engine !== 'noop' && rateOf(row) > 0);
    return { price, targets, unknown: isMeasured ? 'failed-checks' : 'no-rate' };
  }
  const notDearer = others
    .filter((other) => !isKnownCheaper(headline, cheapest, other))
    .map(({ target }) => target);
  return { price, targets, cheapest: { cost: cheapest, notDearer } };
};
