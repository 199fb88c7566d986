import type { CompletedMeasurement, CompletedBypassRun } from '../model/record.ts';
import { latenciesOf, mergedLatency, readHistogram } from './merged-latency.ts';
import { overRepeats, pooledRate } from './over-repeats.ts';
import { percentileSupport } from './percentile-support.ts';
import type { Bypass, BypassFailure } from './summary-row.ts';
import { sum } from '../stats/moments.ts';

interface Checked {
  readonly measurement: CompletedMeasurement;
  readonly bypass: CompletedBypassRun;
}

/**
 * The bypass runs of a row. Rates are pooled over the repeats that have one, on both sides; the share is the one rate ÷
 * the other; percentiles are of the merged histograms. Undefined where no repeat has one.
 */
export const bypassOf = (measurements: readonly CompletedMeasurement[]): Bypass | undefined => {
  const checked = measurements.flatMap((measurement): Checked[] =>
    measurement.bypass?.state === 'completed' ? [{ measurement, bypass: measurement.bypass }] : [],
  );
  const checks = checked.map(({ bypass }) => bypass);
  const latencies = latenciesOf(
    checked.map(({ measurement, bypass }) =>
      readHistogram(
        `the bypass run of the measurement "${measurement.measurement.id}"`,
        bypass.histogram,
      ),
    ),
  );
  const rate = pooledRate(checks);
  const requestRatePerSecond = overRepeats(
    rate,
    checks.map((check) => check.requestRatePerSecond),
  );
  const share = overRepeats(
    pooledRate(checked.map(({ measurement }) => measurement.load)) / rate,
    checks.map(({ rateShare }) => rateShare),
  );
  if (requestRatePerSecond === undefined || share === undefined || latencies === undefined) {
    return undefined;
  }
  const { count, p50Ms, p99Ms } = mergedLatency(latencies);
  return {
    repeats: checks.length,
    requestRatePerSecond,
    share,
    p50Ms,
    p99Ms,
    percentileSupport: percentileSupport(count),
    failed: sum(checks.map(({ failed }) => failed)),
    keptUp: checks.every(({ self }) => self.keptUp),
  };
};

/** The bypass runs of a row that gave no figures. */
export const bypassFailuresOf = (
  measurements: readonly CompletedMeasurement[],
): readonly BypassFailure[] =>
  measurements.flatMap(({ measurement, bypass }) =>
    bypass?.state === 'failed' ? [{ repeat: measurement.repeat, reason: bypass.reason }] : [],
  );
