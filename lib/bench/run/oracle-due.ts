import type { Environment } from '../results/environment.ts';
import type { ResultRecord } from '../results/record.ts';

/**
 * Whether the apparatus of a start of a run has to measure a known latency: not where an earlier start with the same machines
 * has done that. Nodes that took the place of others are another apparatus, and what gave no figures is tried again. Pure.
 *
 * @param records of the machine or pair
 * @param environment with the nodes that measure now
 */
export const isOracleDue = (
  records: readonly ResultRecord[],
  { aws }: Pick<Environment, 'aws'>,
): boolean => {
  const since = aws?.pairs.at(-1)?.since;
  const sinceMs = since === undefined ? -Infinity : Date.parse(since);
  return !records.some(
    (record) =>
      record.kind === 'oracle' &&
      record.state === 'completed' &&
      record.tries.some(({ startedAt }) => Date.parse(startedAt) >= sinceMs),
  );
};
