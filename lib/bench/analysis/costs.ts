import type { Measurement, Level, Target, Scenario } from '../model/measurement.ts';
import type { Environment } from '../model/environment.ts';
import type { Plan } from '../model/plan.ts';
import type { Estimate } from '../stats/interval.ts';
import { checksSupport } from './checks/check.ts';
import {
  bestOf,
  bestWithin,
  choices,
  type CountsOf,
  rateOf,
  type SloRate,
} from './slo/best-rate.ts';
import type { SummaryRow } from './summary-row.ts';

/** What the machines of a run cost. */
export interface Price {
  readonly usdPerHour: number;
  /** `list`: of `lib/prices.json`, for a whole node pair; `given`: what the user said. */
  readonly kind: 'list' | 'given';
  readonly region?: string;
  /** Day on which list prices were read. */
  readonly date?: string;
  /** Where list prices stand. */
  readonly source?: string;
}

/**
 * The price of a run: what was given for it, else that of its dearest node pair as it stood when the pair measured. Undefined
 * if no price was given and one of the pairs has no list price.
 */
export const priceOf = (
  { settings }: Pick<Plan, 'settings'>,
  { aws }: Pick<Environment, 'aws'>,
): Price | undefined => {
  if (settings.usdPerHour !== undefined) return { usdPerHour: settings.usdPerHour, kind: 'given' };
  // Without the price of one of them, which is the dearest is not known.
  const listed = (aws?.pairs ?? []).map((pair) => ({ ...pair, usd: pair.pricePerHourUsd ?? 0 }));
  const [dearest] = listed.toSorted((a, b) => b.usd - a.usd);
  if (aws === undefined || dearest === undefined || !listed.every(({ usd }) => usd > 0))
    return undefined;
  const { usd: usdPerHour, priceDate: date, priceSource: source } = dearest;
  return {
    usdPerHour,
    kind: 'list',
    region: aws.region,
    ...(date === undefined ? {} : { date }),
    ...(source === undefined ? {} : { source }),
  };
};

/** The bound that MLPerf Inference sets for ResNet-50 in its Server scenario: `resnet50.Server.target_latency`. */
export const MLPERF_BOUND_MS = 15;

const SECONDS_PER_HOUR = 3600;
const MILLION = 1e6;

/** What a million answers cost on one target and scenario, at the level that carries most. */
export interface TargetCost {
  readonly target: Target;
  readonly engine: Measurement['engine'];
  readonly scenario: Scenario;
  readonly level: Level;
  readonly requestRatePerSecond: number;
  readonly p99Ms?: number;
  /**
   * `search`: the highest rate that searches found within the bound; `within-bound`: the best rate of the levels
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
  readonly targets: readonly TargetCost[];
}

/** Price an hour ÷ answers an hour × a million. */
export const usdPerMillion = (usdPerHour: number, ratePerSecond: number): number =>
  (usdPerHour / (ratePerSecond * SECONDS_PER_HOUR)) * MILLION;

/** What a million answers cost at the level of a row; nothing where no price is known, nothing was answered, or a check failed. */
export const rowCost = (
  row: SummaryRow,
  price: Price | undefined,
): Pick<SummaryRow, 'usdPerMillion'> =>
  price === undefined || row.engine === 'noop' || rateOf(row) <= 0 || !checksSupport(row)
    ? {}
    : { usdPerMillion: usdPerMillion(price.usdPerHour, rateOf(row)) };

const costOf = (usdPerHour: number, { value, interval }: Estimate): Estimate => ({
  value: usdPerMillion(usdPerHour, value),
  // A rate that may be next to nothing has no highest cost.
  ...(interval === undefined || interval.low <= 0
    ? {}
    : {
        interval: {
          ...interval,
          low: usdPerMillion(usdPerHour, interval.high),
          high: usdPerMillion(usdPerHour, interval.low),
        },
      }),
});

/** The costs of what searches found, one a target and bound. */
const searchCosts = (rates: readonly SloRate[], { usdPerHour }: Price): readonly TargetCost[] =>
  rates.flatMap(
    ({ target, engine, scenario, boundMs, search, requestRatePerSecond: rate, p99Ms }) =>
      search === undefined || rate === undefined
        ? []
        : [
            {
              target,
              engine,
              scenario,
              level: {
                loop: 'open',
                arrivals: 'poisson',
                ratePerSecond: Number(rate.value.toPrecision(3)),
              },
              requestRatePerSecond: rate.value,
              ...(p99Ms === undefined ? {} : { p99Ms }),
              basis: 'search',
              boundMs,
              usdPerMillion: costOf(usdPerHour, rate),
            },
          ],
  );

/** The cost of a target at its best level, by one bound. */
const levelCost = (
  rows: readonly SummaryRow[],
  { usdPerHour }: Price,
  boundMs: number,
  countsOf: CountsOf,
): readonly TargetCost[] => {
  const within = bestWithin(rows, boundMs, countsOf);
  const best = within ?? bestOf(rows);
  if (best === undefined) return [];
  const { target, engine, scenario, level } = best;
  return [
    {
      target,
      engine,
      scenario,
      level,
      requestRatePerSecond: rateOf(best),
      ...(best.percentileSupport?.p99 === true && best.p99Ms !== undefined
        ? { p99Ms: best.p99Ms.value }
        : {}),
      basis: within === undefined ? 'best-rate' : 'within-bound',
      boundMs,
      usdPerMillion: costOf(usdPerHour, {
        ...best.intervals?.requestRatePerSecond,
        value: rateOf(best),
      }),
    },
  ];
};

/**
 * What each target costs, by each bound: at the rates that searches found, or else at the best level, in the order of the rows;
 * no-op limits cost nothing that anybody would buy.
 */
export const costsOf = (
  rows: readonly SummaryRow[],
  price: Price,
  countsOf: CountsOf,
  searched: readonly SloRate[] = [],
  boundsMs: readonly number[] = [MLPERF_BOUND_MS],
): Costs => ({
  price,
  targets: [
    ...searchCosts(searched, price),
    ...choices(rows).flatMap((ofTarget) =>
      boundsMs.flatMap((boundMs) => levelCost(ofTarget, price, boundMs, countsOf)),
    ),
  ],
});
