import type { CompletedMeasurement } from '../../model/record.ts';
import type { SummaryRow } from '../summary-row.ts';
import { noopLimitCheck } from './noop-limit.ts';
import { censoringCheck } from './censoring.ts';
import { bypassCheck } from './bypass.ts';
import type { CheckResult } from './check.ts';
import { type Courses, driftCheck } from './drift.ts';
import { generatorCpuCheck, middlewareCpuCheck } from './cpu.ts';
import { gpuThrottledCheck, gpuIdleCheck, type PeakRates } from './gpu.ts';
import { hostStateCheck } from './host-state.ts';
import { usersBusyCheck } from './users-busy.ts';
import { scheduleCheck } from './schedule.ts';

type MeasurementsCheck = (measurements: readonly CompletedMeasurement[]) => CheckResult;

/** Applies a check to all repeats together and, if that passes, to each alone. The row fails if its worst repeat does. */
const overRepeats = (
  check: MeasurementsCheck,
  measurements: readonly CompletedMeasurement[],
): CheckResult => {
  const all = check(measurements);
  if (measurements.length < 2 || all.figure === undefined || all.state === 'failed') return all;
  const [worst] = measurements
    .map((measurement) => ({
      repeat: measurement.measurement.repeat,
      result: check([measurement]),
    }))
    .filter(({ result }) => result.state === 'failed')
    .toSorted((a, b) => (b.result.figure ?? 0) - (a.result.figure ?? 0));
  return worst === undefined
    ? all
    : { ...worst.result, finding: `Repeat ${worst.repeat}: ${worst.result.finding}` };
};

/**
 * Runs all checks of a row, in their order.
 *
 * @param measurements of the row, at least one
 * @param peaks of all rows of the run
 * @param courses of all targets of the run
 * @param calibration of the run
 */
export const rowChecks = (
  row: SummaryRow,
  measurements: readonly CompletedMeasurement[],
  peaks: PeakRates,
  courses: Courses,
  calibration: CheckResult,
): readonly CheckResult[] => [
  overRepeats(usersBusyCheck, measurements),
  overRepeats(generatorCpuCheck, measurements),
  overRepeats(middlewareCpuCheck, measurements),
  noopLimitCheck(row),
  bypassCheck(row),
  overRepeats(scheduleCheck, measurements),
  gpuIdleCheck(row, peaks),
  overRepeats(gpuThrottledCheck, measurements),
  hostStateCheck(measurements),
  driftCheck({ row, repeats: measurements }, courses),
  overRepeats(censoringCheck, measurements),
  calibration,
];
