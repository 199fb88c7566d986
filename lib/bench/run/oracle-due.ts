import { oracleGate } from '../analysis/gates/oracle.ts';
import type { Environment } from '../model/environment.ts';
import type { ResultRecord } from '../model/record.ts';

/**
 * Whether the apparatus of a start of a run has to measure a known latency: not where an earlier start with the same machines
 * has done that. Nodes that took the place of others are another apparatus, and what gave no figures is tried again, or wrong
 * ones while no cell was measured after them. Pure.
 *
 * @param records of the machine or pair, in the order in which they were written
 * @param environment with the nodes that measure now
 */
export const isOracleDue = (
  records: readonly ResultRecord[],
  { aws }: Pick<Environment, 'aws'>,
): boolean => {
  const since = aws?.pairs.at(-1)?.since;
  const sinceMs = since === undefined ? -Infinity : Date.parse(since);
  const last = records.findLastIndex(
    (record) =>
      record.kind === 'oracle' &&
      record.state === 'completed' &&
      record.tries.some(({ startedAt }) => Date.parse(startedAt) >= sinceMs),
  );
  const check = records[last];
  if (check?.kind !== 'oracle') return true;
  const isMeasured = records
    .slice(last)
    .some((record) => record.kind === 'cell' && record.state === 'completed');
  return !isMeasured && oracleGate([check]).state === 'failed';
};
