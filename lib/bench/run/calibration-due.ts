import { calibrationCheck } from '../analysis/checks/calibration.ts';
import type { Environment } from '../model/environment.ts';
import type { ResultRecord } from '../model/record.ts';

/**
 * Whether the rig of a start of a run has to measure a known latency: not where an earlier start with the same machines
 * has done that. Nodes that took the place of others are another rig, and what gave no figures is tried again, or wrong
 * ones while no measurement was measured after them. Pure.
 *
 * @param records of the machine or pair, in the order in which they were written
 * @param environment with the nodes that measure now
 */
export const isCalibrationDue = (
  records: readonly ResultRecord[],
  { aws }: Pick<Environment, 'aws'>,
): boolean => {
  const since = aws?.pairs.at(-1)?.since;
  const sinceMs = since === undefined ? -Infinity : Date.parse(since);
  const last = records.findLastIndex(
    (record) =>
      record.kind === 'calibration' &&
      record.state === 'completed' &&
      record.tries.some(({ startedAt }) => Date.parse(startedAt) >= sinceMs),
  );
  const calibration = records[last];
  if (calibration?.kind !== 'calibration') return true;
  const isMeasured = records
    .slice(last)
    .some((record) => record.kind === 'measurement' && record.state === 'completed');
  return !isMeasured && calibrationCheck([calibration]).state === 'failed';
};
