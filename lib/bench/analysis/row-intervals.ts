import type { CompletedCell } from '../results/record.ts';
import { latencyIntervals, type Latencies } from './merged-latency.ts';
import type { Estimate, Interval } from './statistics/interval.ts';
import type { Sampling } from './statistics/rate-bootstrap.ts';
import { rateInterval } from './statistics/rate-interval.ts';
import type { SummaryRow } from './summary.ts';

type Figures = Pick<
  SummaryRow,
  'requestRatePerSecond' | 'p50Ms' | 'p95Ms' | 'p99Ms' | 'percentileSupport'
>;

const estimate = (
  value: number | undefined,
  interval: Interval | undefined,
): Estimate | undefined =>
  value === undefined || interval === undefined ? undefined : { value, interval };

/**
 * The intervals of a row's figures, at 95 %. Of p95 and p99 only where enough requests were answered to claim them. Undefined where
 * fewer than two repeats gave figures.
 */
export const rowIntervals = (
  figures: Figures,
  completed: readonly CompletedCell[],
  latencies: Latencies | undefined,
  sampling: Sampling,
): SummaryRow['intervals'] => {
  const rate = figures.requestRatePerSecond?.value;
  const ofLatencies = latencies === undefined ? undefined : latencyIntervals(latencies);
  const loads = completed.map(({ load }) => load);
  const requestRatePerSecond =
    rate === undefined ? undefined : estimate(rate, rateInterval(rate, loads, sampling));
  const p50Ms = estimate(figures.p50Ms?.value, ofLatencies?.p50Ms);
  const { percentileSupport: supported } = figures;
  const p95Ms =
    supported?.p95 === true ? estimate(figures.p95Ms?.value, ofLatencies?.p95Ms) : undefined;
  const p99Ms =
    supported?.p99 === true ? estimate(figures.p99Ms?.value, ofLatencies?.p99Ms) : undefined;
  if (requestRatePerSecond === undefined) return undefined;
  return {
    requestRatePerSecond,
    ...(p50Ms === undefined ? {} : { p50Ms }),
    ...(p95Ms === undefined ? {} : { p95Ms }),
    ...(p99Ms === undefined ? {} : { p99Ms }),
  };
};
