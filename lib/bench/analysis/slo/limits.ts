import { MICROSECONDS_PER_MS, valuesAbove } from '../../stats/histogram.ts';
import type { CompletedMeasurement } from '../../model/record.ts';
import { sum } from '../../stats/moments.ts';
import { readHistogram } from '../figures-over-repeats.ts';
import { isClaimRefuted, isClaimSupported } from '../../stats/percentile-claim.ts';
import { targetId } from '../../model/measurement.ts';
import { checksSupport } from '../checks/check.ts';
import { groupBy } from '../group-by.ts';
import type { SummaryRow } from '../summary-row.ts';
import type { BestRate, SloRate } from '../slo-types.ts';

/** Requests of a row, and how many of them exceeded a p99 limit. */
export interface RowCounts {
  /** Requests that were answered, failed, or were not sent. */
  readonly requests: number;
  /** Of these, requests without a correct answer within the limit. */
  readonly overLimit: number;
}

/** Largest share of failed requests with which a rate keeps a limit. */
export const MAX_FAILED_SHARE = 0.001;

const P99_SHARE = 0.99;

/** Counts the requests of one measurement. */
const measurementCounts = (
  { measurement, load }: CompletedMeasurement,
  limitMs: number,
): RowCounts => {
  const withoutAnswer = load.failed + load.unsent;
  const latencies = readHistogram(`the measurement "${measurement.id}"`, load.histogram);
  return {
    requests: load.succeeded + withoutAnswer,
    overLimit: valuesAbove(latencies, limitMs * MICROSECONDS_PER_MS) + withoutAnswer,
  };
};

/**
 * Counts the requests of all measurements of a row.
 *
 * @throws BenchError `BENCH_DAMAGED` if a histogram cannot be read
 */
export const rowCounts = (
  measurements: readonly CompletedMeasurement[],
  limitMs: number,
): RowCounts => {
  const counts = measurements.map((record) => measurementCounts(record, limitMs));
  return {
    requests: sum(counts.map(({ requests }) => requests)),
    overLimit: sum(counts.map(({ overLimit }) => overLimit)),
  };
};

/**
 * Whether a p99 limit is kept: at most {@link MAX_FAILED_SHARE} of the requests failed, and the binomial test of MLPerf supports that p99
 * is within the limit, where failed requests count as over it. `unknown` if there are too few requests.
 *
 * The test assumes that requests are independent. Requests in one queue are late together, so near the limit a short window is less
 * certain than the test says.
 */
export const limitState = (
  failedShare: number,
  { requests, overLimit }: RowCounts,
): 'kept' | 'not-kept' | 'unknown' => {
  const claim = { share: P99_SHARE, requests, overLimit };
  if (failedShare > MAX_FAILED_SHARE || isClaimRefuted(claim)) return 'not-kept';
  return isClaimSupported(claim) ? 'kept' : 'unknown';
};

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

/** The target with the highest rate within each limit: one for each scenario, and for levels and searches apart. */
export const bestRatesOf = (rates: readonly SloRate[]): readonly BestRate[] => {
  const byLimit = groupBy(
    rates,
    ({ limitMs, scenario, search }) => `${limitMs}/${scenario}/${search === undefined}`,
  );
  return [...byLimit.values()].map((group) => {
    const [{ limitMs, scenario, search }] = group;
    const [best] = group
      .filter(({ state }) => state === 'kept')
      .toSorted(
        (a, b) => (b.requestRatePerSecond?.value ?? 0) - (a.requestRatePerSecond?.value ?? 0),
      );
    const about = { limitMs, scenario, isSearched: search !== undefined };
    if (best === undefined) {
      return { ...about, reason: group.flatMap((rate) => rate.search?.reason ?? [])[0] };
    }
    const { target, level, requestRatePerSecond } = best;
    return { ...about, best: { target, level, requestRatePerSecond } };
  });
};
