// Measurements and rows with the figures that a check needs.
import type { CheckResult, SummaryRow } from '../../../../../lib/bench/analysis/summary-row.ts';
import type { LoadResult } from '../../../../../lib/bench/model/load-result.ts';
import type { Measurement, Level } from '../../../../../lib/bench/model/measurement.ts';
import type { CompletedMeasurement } from '../../../../../lib/bench/model/record.ts';
import {
  closed,
  completedMeasurement,
  evenLoad,
  planMeasurement,
  recordedTargets,
} from '../../../../support/recorded-run.ts';

export const [target, otherTarget] = recordedTargets();

export const open = (ratePerSecond: number): Level => ({
  loop: 'open',
  ratePerSecond,
  arrivals: 'constant',
});

/** A window of 10 s with this many correct answers and exactly this mean latency. */
export const loadOf = (
  answers: number,
  meanMs: number,
  extra: Partial<LoadResult> = {},
): LoadResult => {
  const load = evenLoad(answers, meanMs, 10, extra);
  return answers === 0 ? load : { ...load, latency: { ...load.latency, meanMs, maxMs: meanMs } };
};

interface MeasurementOptions extends Partial<Pick<Measurement, 'timeoutMs' | 'repeat' | 'level'>> {
  readonly busiestCpuShare?: number;
}

/** A measurement, by default of four users. */
export const measurementOf = (
  load: LoadResult,
  { busiestCpuShare, ...measurement }: MeasurementOptions = {},
): CompletedMeasurement => {
  const completed = completedMeasurement(planMeasurement(measurement), load);
  const { middleware } = completed;
  return busiestCpuShare === undefined
    ? completed
    : { ...completed, middleware: { ...middleware, busiestCpuShare } };
};

/** A row, by default of four users. */
export const rowOf = (extra: Partial<SummaryRow> = {}): SummaryRow => ({
  target,
  engine: 'onnx',
  scenario: 'warm',
  level: closed(4),
  repeats: 1,
  plannedRepeats: 1,
  failedRepeats: [],
  ...extra,
});

/** The states of checks by name. */
export const statesOf = (
  checks: readonly CheckResult[] = [],
): Readonly<Partial<Record<CheckResult['check'], CheckResult['state']>>> =>
  Object.fromEntries(checks.map(({ check, state }) => [check, state]));
