import type { Measurement } from '../model/measurement.ts';
import type { FailureClass } from '../model/load-result.ts';
import type { CompletedMeasurement, FailedMeasurement } from '../model/record.ts';
import { percentileOfRepeat } from '../stats/distribution.ts';
import { type Estimate, repeatsInterval } from '../stats/interval.ts';
import { sum, weightedMean } from '../stats/moments.ts';
import { bypassFailuresOf, bypassOf } from './checks/bypass.ts';
import { type Latencies, latenciesOf, mergedLatency, readHistogram } from './merged-latency.ts';
import { nodeUse } from './node-use.ts';
import { averageOfMedians, overRepeats, pooledRate } from './over-repeats.ts';
import { percentileSupport } from '../stats/percentile-claim.ts';
import type { SummaryRow } from './summary-row.ts';
import { timePartsOf } from './time-parts.ts';
import { courseOf } from './window-course.ts';

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
 * The 95 % intervals of a row's figures; of p95 and p99 only if enough requests were answered to claim them. Undefined for
 * fewer than two repeats with figures, and if one gave no correct answer.
 */
const rowIntervals = (
  figures: Figures,
  completed: readonly CompletedMeasurement[],
  latencies: Latencies | undefined,
): SummaryRow['intervals'] => {
  const { p50Ms, p95Ms, p99Ms, percentileSupport: support } = figures;
  const requestRatePerSecond = rateOf(figures, completed);
  if (requestRatePerSecond === undefined) return undefined;
  return {
    requestRatePerSecond,
    p50Ms: percentileOf(p50Ms, latencies, 50),
    p95Ms: support?.p95 === true ? percentileOf(p95Ms, latencies, 95) : undefined,
    p99Ms: support?.p99 === true ? percentileOf(p99Ms, latencies, 99) : undefined,
  };
};

/**
 * Correct answers inside the window. In a closed loop these are `succeeded`; in an open loop `succeeded` counts what was
 * planned inside it, however late the answer.
 */
const rightInside = ({ load }: CompletedMeasurement): number =>
  load.requestRatePerSecond * load.durationSeconds;

const answered = (measurement: CompletedMeasurement): number =>
  rightInside(measurement) + measurement.load.failed;

/** CPU time ÷ requests that were answered or failed inside the windows, over the measurements with a CPU time. */
const cpuPerRequest = (
  measurements: readonly CompletedMeasurement[],
  cpuMs: (measurement: CompletedMeasurement) => number | undefined,
): number | undefined => {
  const telling = measurements.filter((measurement) => cpuMs(measurement) !== undefined);
  const requests = sum(telling.map(answered));
  return requests === 0
    ? undefined
    : sum(telling.map((measurement) => cpuMs(measurement) ?? 0)) / requests;
};

const failuresOf = (
  measurements: readonly CompletedMeasurement[],
): Partial<Record<FailureClass, number>> => {
  const counts = new Map<string, number>();
  for (const measurement of measurements) {
    for (const [name, count] of Object.entries(measurement.load.failures)) {
      counts.set(name, (counts.get(name) ?? 0) + (count ?? 0));
    }
  }
  return Object.fromEntries([...counts].filter(([, count]) => count > 0));
};

/** What the nodes used; undefined if unknown. */
const nodesOf = (measurements: readonly CompletedMeasurement[]): SummaryRow['nodes'] => {
  const serving = nodeUse(measurements.map(({ nodes }) => nodes?.serving));
  const middleware = nodeUse(measurements.map(({ nodes }) => nodes?.middleware));
  return serving === undefined && middleware === undefined ? undefined : { serving, middleware };
};

/** A row for which no measurement was recorded, or none gave figures. */
const emptyRow = (
  planned: Measurement,
  plannedRepeats: number,
  failed: readonly FailedMeasurement[],
) => ({
  target: planned.target,
  engine: planned.engine,
  scenario: planned.scenario,
  level: planned.level,
  repeats: 0,
  plannedRepeats,
  failedRepeats: failed.map(({ measurement, message }) => ({
    repeat: measurement.repeat,
    message,
  })),
});

/**
 * One row from the records of its repeats.
 *
 * - request rate = Σ correct answers inside the windows ÷ Σ durationSeconds
 * - failed share = Σ failed ÷ Σ (succeeded + failed)
 * - mean = Σ count·mean ÷ Σ count; percentiles as in {@link mergedLatency}; average of medians, the figure of the study,
 *   as in {@link averageOfMedians}
 * - where the time goes as in {@link timePartsOf}
 * - CPU a request = Σ CPU time in the windows ÷ Σ (correct answers inside them + failed): a failed request costs CPU too
 * - bypass runs as in {@link bypassOf}
 * - intervals as in {@link rowIntervals}
 *
 * @param planned the row's measurements in the plan, at least one
 */
export const summariseRow = (
  planned: readonly [Measurement, ...(readonly Measurement[])],
  completed: readonly CompletedMeasurement[],
  failed: readonly FailedMeasurement[],
): SummaryRow => {
  const empty = emptyRow(planned[0], planned.length, failed);
  if (completed.length === 0) return empty;
  const loads = completed.map((measurement) => measurement.load);
  const succeeded = sum(loads.map((load) => load.succeeded));
  const failedRequests = sum(loads.map((load) => load.failed));
  const measuredSeconds = sum(loads.map((load) => load.durationSeconds));
  const latencies = latenciesOf(
    completed.map(({ measurement, load }) =>
      readHistogram(`the measurement "${measurement.id}"`, load.histogram),
    ),
  );
  const latency = latencies === undefined ? undefined : mergedLatency(latencies);
  const bypassFailures = bypassFailuresOf(completed);
  const row: SummaryRow = {
    ...empty,
    repeats: completed.length,
    succeeded,
    failed: failedRequests,
    failures: failuresOf(completed),
    offered: sum(loads.map((load) => load.offered)),
    unsent: sum(loads.map((load) => load.unsent)),
    unfinished: sum(loads.map((load) => load.unfinished)),
    measuredSeconds,
    unsteadyRepeats: completed
      .filter((measurement) => courseOf(measurement).isUnsteady)
      .map(({ measurement }) => measurement.repeat),
    requestRatePerSecond: overRepeats(
      pooledRate(loads),
      loads.map((load) => load.requestRatePerSecond),
    ),
    failedShare: overRepeats(
      failedRequests / Math.max(1, succeeded + failedRequests),
      loads.map((load) => load.failed / Math.max(1, load.succeeded + load.failed)),
    ),
    p50Ms: latency?.p50Ms,
    p95Ms: latency?.p95Ms,
    p99Ms: latency?.p99Ms,
    p999Ms: latency?.p999Ms,
    averageOfMediansMs: averageOfMedians(loads.map((load) => load.latency)),
    percentileSupport: latency === undefined ? undefined : percentileSupport(latency.count),
    meanMs: weightedMean(
      loads.map(({ latency: { meanMs, count } }) => ({ value: meanMs, weight: count })),
    ),
    timeParts: timePartsOf(completed),
    middlewareCpuMsPerRequest: cpuPerRequest(
      completed,
      (measurement) => measurement.middleware.cpuMs,
    ),
    generatorCpuMsPerRequest: cpuPerRequest(
      completed,
      (measurement) => measurement.load.self.cpuMs,
    ),
    nodes: nodesOf(completed),
    servingCpuMsPerRequest: cpuPerRequest(completed, (measurement) => measurement.servingCpuMs),
    bypass: bypassOf(completed),
    bypassFailures: bypassFailures.length === 0 ? undefined : bypassFailures,
  };
  return { ...row, intervals: rowIntervals(row, completed, latencies) };
};
