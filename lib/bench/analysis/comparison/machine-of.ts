import type { AwsPair } from '../../results/aws-environment.ts';
import type { Environment } from '../../results/environment.ts';
import type { CompletedCell } from '../../results/record.ts';

/** The entry that holds for a moment: the last one before it; the first where the cell is older than all. */
const holdingAt = (entries: readonly AwsPair[], moment: string): AwsPair | undefined =>
  entries
    .toSorted((a, b) => Date.parse(a.since) - Date.parse(b.since))
    .findLast(({ since }, index) => index === 0 || Date.parse(since) <= Date.parse(moment));

/**
 * What measured a cell, as a name that means the same in every run: the instances of its node pair, since a pair of the same
 * number may have other nodes in another deployment, and within a run once they are replaced. `local` where load, middleware
 * and serving shared one machine: nothing recorded tells two of those apart, but what {@link runDifferences} names.
 *
 * @param run tells apart pairs of which no nodes are known, which are never taken for those of another run
 */
export const machineOf = (
  { pair, startedAt }: Pick<CompletedCell, 'pair' | 'startedAt'>,
  { aws }: Pick<Environment, 'aws'>,
  run: string,
): string => {
  if (pair === undefined) return 'local';
  const entry = holdingAt(
    (aws?.pairs ?? []).filter((one) => one.pair === pair),
    startedAt,
  );
  if (entry === undefined) return `pair ${pair} of ${run}`;
  return `${entry.serving.instanceId} ${entry.middleware.instanceId}`;
};
