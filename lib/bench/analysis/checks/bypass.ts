import type { CompletedMeasurement, CompletedBypassRun } from '../../model/record.ts';
import { latenciesOf, percentileMs, pooledRate, readHistogram } from '../figures-over-repeats.ts';
import { ANSWERS_NEEDED } from '../../stats/percentile-claim.ts';
import type { Bypass, BypassFailure, SummaryRow } from '../summary-row.ts';
import { sum } from '../../stats/moments.ts';
import { formatFigure, formatPercent, limitPercent } from '../../wording/format-number.ts';
import type { CheckResult } from './check.ts';

interface MeasurementWithBypass {
  readonly measurement: CompletedMeasurement;
  readonly bypass: CompletedBypassRun;
}

/**
 * Summarises the bypass runs of a row: rates are pooled over the repeats with a bypass run, percentiles come from the merged histograms.
 * Undefined if there are no bypass runs.
 */
export const bypassOf = (measurements: readonly CompletedMeasurement[]): Bypass | undefined => {
  const repeats = measurements.flatMap((measurement): MeasurementWithBypass[] =>
    measurement.bypass?.state === 'completed' ? [{ measurement, bypass: measurement.bypass }] : [],
  );
  const runs = repeats.map(({ bypass }) => bypass);
  const latencies = latenciesOf(
    repeats.map(({ measurement, bypass }) =>
      readHistogram(
        `the bypass run of the measurement "${measurement.measurement.id}"`,
        bypass.histogram,
        bypass.latency,
      ),
    ),
  );
  if (latencies === undefined) return undefined;
  const requestRatePerSecond = pooledRate(runs);
  return {
    repeats: runs.length,
    requestRatePerSecond,
    share: pooledRate(repeats.map(({ measurement }) => measurement.load)) / requestRatePerSecond,
    p50Ms: percentileMs(latencies, 50),
    p99Ms: latencies.merged.total < ANSWERS_NEEDED.p99 ? undefined : percentileMs(latencies, 99),
    failed: sum(runs.map(({ failed }) => failed)),
    keptUp: runs.every(({ self }) => self.keptUp),
  };
};

/** The bypass runs of a row that have no figures. */
export const bypassFailuresOf = (
  measurements: readonly CompletedMeasurement[],
): readonly BypassFailure[] =>
  measurements.flatMap(({ measurement, bypass }) =>
    bypass?.state === 'failed' ? [{ repeat: measurement.repeat, reason: bypass.reason }] : [],
  );

/** Below this share the middleware costs more than half of the rate. */
export const BYPASS_SHARE_LIMIT = 0.5;

/** How much of the bypass run's rate remains with the middleware. The check never fails, because only the reader can judge the share. */
export const bypassCheck = ({
  level,
  bypass,
  bypassFailures = [],
}: Pick<SummaryRow, 'level' | 'bypass' | 'bypassFailures'>): CheckResult => {
  const check = 'bypass';
  if (level.loop === 'open') {
    const finding = 'In an open loop both get the offered rate.';
    return { check, state: 'not-applicable', finding };
  }
  if (bypass === undefined) {
    const [failure] = bypassFailures;
    if (failure !== undefined) {
      const finding = `The bypass run failed: ${failure.reason}`;
      return { check, state: 'unknown', finding, advice: 'Fix that and measure again.' };
    }
    return {
      check,
      state: 'unknown',
      finding: 'There was no bypass run.',
      advice: 'Measure with --bypass 1s.',
    };
  }
  const figure = bypass.share;
  const limit = BYPASS_SHARE_LIMIT;
  const finding = `The rate through the middleware is ${formatPercent(figure)} % of the ${formatFigure(bypass.requestRatePerSecond)} requests/s without it; warned below ${limitPercent(limit)}.`;
  if (figure < limit) {
    const advice =
      'The middleware costs half of the rate or more: quote the rate of the bypass run beside this one.';
    return { check, state: 'warned', figure, limit, finding, advice };
  }
  if (!bypass.keptUp) {
    return {
      check,
      state: 'unknown',
      figure,
      limit,
      finding: `${finding} The load generator did not keep up with the bypass run, so the true share is lower.`,
      advice: 'Measure with k6 or on a larger node.',
    };
  }
  return { check, state: 'passed', figure, limit, finding };
};
