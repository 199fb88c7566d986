import type { CompletedMeasurement, CompletedBypassRun } from '../../model/record.ts';
import { latenciesOf, percentileMs, pooledRate, readHistogram } from '../figures-over-repeats.ts';
import { ANSWERS_NEEDED } from '../../stats/percentile-claim.ts';
import type { Bypass, BypassFailure, CheckResult, SummaryRow } from '../summary-row.ts';
import { sum } from '../../stats/moments.ts';
import { formatFigure, formatPercent, limitPercent } from '../../wording/format-number.ts';
import type { Check } from './check.ts';

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
  const rates = runs.map((run) => pooledRate([run]));
  return {
    repeats: runs.length,
    requestRatePerSecond,
    slowestRepeat: Math.min(...rates),
    fastestRepeat: Math.max(...rates),
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
const BYPASS_SHARE_LIMIT = 0.5;

type BypassFacts = {
  /** Of the bypass runs. */
  readonly requestRatePerSecond?: number;
  /** Why there is none. */
  readonly error?: string;
};

/** How much of the bypass run's rate remains with the middleware. The check never fails, because only the reader can judge the share. */
export const bypassCheck = ({
  level,
  bypass: runs,
  bypassFailures: [failure] = [],
}: Pick<SummaryRow, 'level' | 'bypass' | 'bypassFailures'>): CheckResult<BypassFacts> => {
  const check = 'bypass';
  if (level.loop === 'open') return { check, state: 'not-applicable' };
  if (runs === undefined) {
    return failure === undefined
      ? { check, state: 'unknown', reason: 'no-bypass-run' }
      : { check, state: 'unknown', reason: 'bypass-failed', facts: { error: failure.reason } };
  }
  const { share: figure, requestRatePerSecond, keptUp } = runs;
  const limit = BYPASS_SHARE_LIMIT;
  const judged = { check, figure, limit, facts: { requestRatePerSecond } };
  if (figure < limit) return { ...judged, state: 'warned' };
  return keptUp
    ? { ...judged, state: 'passed' }
    : { ...judged, state: 'unknown', reason: 'generator-behind' };
};

export const bypass: Check<BypassFacts> = {
  name: 'bypass',
  title: 'Bypass run',
  asks: 'How much of the bypass run’s rate remains with the middleware?',
  limit: `warned below ${limitPercent(BYPASS_SHARE_LIMIT)}`,
  tag: 'bypass',
  judge: ({ row }) => bypassCheck(row),
  finding({ state, reason, figure, facts: { requestRatePerSecond, error } = {} }) {
    if (state === 'not-applicable') return 'In an open loop both get the offered rate.';
    if (reason === 'no-bypass-run') return 'There was no bypass run.';
    if (reason === 'bypass-failed') return `The bypass run failed: ${error}`;
    const behind =
      reason === 'generator-behind'
        ? ' The load generator did not keep up with the bypass run, so the true share is lower.'
        : '';
    return `The rate through the middleware is ${formatPercent(figure)} % of the ${formatFigure(requestRatePerSecond)} requests/s without it; warned below ${limitPercent(BYPASS_SHARE_LIMIT)}.${behind}`;
  },
  advice({ state, reason }) {
    if (state === 'warned') {
      return 'The middleware costs half of the rate or more: quote the rate of the bypass run beside this one.';
    }
    if (reason === 'no-bypass-run') return 'Measure with --bypass 1s.';
    return reason === 'bypass-failed'
      ? 'Fix that and measure again.'
      : 'Measure with k6 or on a larger node.';
  },
};
