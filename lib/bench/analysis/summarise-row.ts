import type { Measurement } from '../model/measurement.ts';
import type { FailureClass } from '../model/load-result.ts';
import type { CompletedMeasurement, FailedMeasurement } from '../model/record.ts';
import type { Estimate } from '../stats/interval.ts';
import { sum, weightedMean } from '../stats/moments.ts';
import { bypassFailuresOf, bypassOf } from './checks/bypass.ts';
import { nodeUse } from './nodes.ts';
import {
  averageOfMedians,
  latenciesOf,
  percentileEstimate,
  rateEstimate,
  readHistogram,
} from './figures-over-repeats.ts';
import { ANSWERS_NEEDED } from '../stats/percentile-claim.ts';
import type { SummaryRow } from './summary-row.ts';
import { timePartsOf } from './time-parts.ts';
import { wasUnsteady } from './records.ts';

/** Correct answers that arrived in the window. `succeeded` is something else in an open loop: it counts by planned send time. */
const correctInWindow = ({ load }: CompletedMeasurement): number =>
  load.requestRatePerSecond * load.durationSeconds;

const answered = (measurement: CompletedMeasurement): number =>
  correctInWindow(measurement) + measurement.load.failed;

/** CPU time ÷ requests that were answered or failed in the windows, over the measurements whose CPU time is known. */
const cpuPerRequest = (
  measurements: readonly CompletedMeasurement[],
  cpuMs: (measurement: CompletedMeasurement) => number | undefined,
): number | undefined => {
  const known = measurements.filter((measurement) => cpuMs(measurement) !== undefined);
  const requests = sum(known.map(answered));
  return requests === 0
    ? undefined
    : sum(known.map((measurement) => cpuMs(measurement) ?? 0)) / requests;
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

const nodesOf = (measurements: readonly CompletedMeasurement[]): SummaryRow['nodes'] => {
  const serving = nodeUse(measurements.map(({ nodes }) => nodes?.serving));
  const middleware = nodeUse(measurements.map(({ nodes }) => nodes?.middleware));
  return serving === undefined && middleware === undefined ? undefined : { serving, middleware };
};

/** A row without figures. */
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
 * Computes a row from its repeats.
 *
 * - request rate = Σ correct answers in the windows ÷ Σ durationSeconds
 * - failed share = Σ failed ÷ Σ (succeeded + failed)
 * - mean latency = Σ count·mean ÷ Σ count; percentiles are those of all answers, see {@link latenciesOf}
 * - CPU time per request = Σ CPU time in the windows ÷ Σ (correct answers in the windows + failed), because failed requests cost CPU, too
 *
 * @param planned the row's measurements in the plan
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
      readHistogram(`the measurement "${measurement.id}"`, load.histogram, load.latency),
    ),
  );
  const percentile = (percent: number, needed = 1): Estimate | undefined =>
    latencies === undefined || latencies.merged.total < needed
      ? undefined
      : percentileEstimate(latencies, percent);
  const bypassFailures = bypassFailuresOf(completed);
  return {
    ...empty,
    repeats: completed.length,
    succeeded,
    failed: failedRequests,
    failures: failuresOf(completed),
    offered: sum(loads.map((load) => load.offered)),
    unsent: sum(loads.map((load) => load.unsent)),
    measuredSeconds,
    unsteadyRepeats: completed.filter(wasUnsteady).map(({ measurement }) => measurement.repeat),
    requestRatePerSecond: rateEstimate(loads),
    failedShare: failedRequests / Math.max(1, succeeded + failedRequests),
    p50Ms: percentile(50),
    p95Ms: percentile(95, ANSWERS_NEEDED.p95),
    p99Ms: percentile(99, ANSWERS_NEEDED.p99),
    p999Ms: percentile(99.9, ANSWERS_NEEDED.p999),
    averageOfMediansMs: averageOfMedians(loads.map((load) => load.latency)),
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
};
