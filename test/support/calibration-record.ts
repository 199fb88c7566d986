import type { Calibration, CalibrationTry } from '../../lib/bench/model/record.ts';
import { recordedCalibration, recordedTargets, rightTry } from './recorded-run.ts';

const [target] = recordedTargets();

/** One that was measured right, but for what differs. */
export const calibrationRecord = (
  one: Partial<CalibrationTry>,
  extra: Partial<Calibration> = {},
): Calibration => ({
  ...recordedCalibration(target),
  tries: [{ ...rightTry, ...one }],
  ...extra,
});
