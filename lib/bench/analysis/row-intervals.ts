import type { CompletedMeasurement } from '../model/record.ts';
import type { Latencies } from './merged-latency.ts';
import { percentileOfRepeat } from '../stats/distribution.ts';
import { repeatsInterval, type Estimate } from '../stats/interval.ts';
import type { SummaryRow } from './summary-row.ts';

type Figures = Pick<
  SummaryRow,
  'requestRatePerSecond' | 'p50Ms' | 'p95Ms' | 'p99Ms' | 'percentileSupport'
>;

const rateOf = (
  { requestRatePerSecond }: Figures,
  completed: readonly CompletedMeasurement[],
): Estimate | undefined => {
  if (requestRatePerSecond === undefined) return undefined;
  const { value } = requestRatePerSecond;
  const interval = repeatsInterval(
    value,
    completed.map(({ load }) => ({
      value: load.requestRatePerSecond,
      // A count of whole answers, known no better than to one of them.
      leastError: 1 / (load.requestRatePerSecond * load.durationSeconds),
    })),
  );
  return interval && { value, interval };
};

const percentileOf = (
  figure: Figures['p50Ms'],
  latencies: Latencies | undefined,
  percentile: number,
): Estimate | undefined => {
  if (figure === undefined || latencies === undefined) return undefined;
  const { value } = figure;
  // In another unit than the figure, which changes no ratio.
  const repeats = latencies.repeats.map((repeat) => percentileOfRepeat(repeat, percentile));
  const interval = repeatsInterval(value, repeats);
  return interval && { value, interval };
};

/**
 * The intervals of a row's figures, at 95 %. Of p95 and p99 only where enough requests were answered to claim them. Undefined where
 * fewer than two repeats gave figures, or one gave no correct answer.
 */
export const rowIntervals = (
  figures: Figures,
  completed: readonly CompletedMeasurement[],
  latencies: Latencies | undefined,
): SummaryRow['intervals'] => {
  const { p50Ms, p95Ms, p99Ms, percentileSupport } = figures;
  const requestRatePerSecond = rateOf(figures, completed);
  if (requestRatePerSecond === undefined) return undefined;
  const percentiles = {
    p50Ms: percentileOf(p50Ms, latencies, 50),
    p95Ms: percentileSupport?.p95 === true ? percentileOf(p95Ms, latencies, 95) : undefined,
    p99Ms: percentileSupport?.p99 === true ? percentileOf(p99Ms, latencies, 99) : undefined,
  };
  return {
    requestRatePerSecond,
    ...(percentiles.p50Ms === undefined ? {} : { p50Ms: percentiles.p50Ms }),
    ...(percentiles.p95Ms === undefined ? {} : { p95Ms: percentiles.p95Ms }),
    ...(percentiles.p99Ms === undefined ? {} : { p99Ms: percentiles.p99Ms }),
  };
};
