import { CreateTagsCommand } from '@aws-sdk/client-ec2';
import { tagKeys } from '../../aws/contract/tags.ts';
import { BenchError } from '../model/errors.ts';
import { durationText } from '../wording/format-number.ts';
import type { Aws } from './clients.ts';
import type { DeployedPair } from './find-deployment.ts';
import type { NodeState } from './node-states.ts';

/** Tags instances with their new deadline. */
export const tagDeadline = async (
  { ec2 }: Aws,
  instanceIds: readonly string[],
  seconds: number,
): Promise<void> => {
  if (instanceIds.length === 0) return;
  const Tags = [{ Key: tagKeys.deadline, Value: String(seconds) }];
  await ec2.send(new CreateTagsCommand({ Resources: [...instanceIds], Tags }));
};

/**
 * When a node ends itself: the deadline it was extended to, or its launch plus `maxHours`. Undefined if its launch is not
 * known.
 */
export const deadlineOf = (
  { launchedAt, extendedTo }: Pick<NodeState, 'launchedAt' | 'extendedTo'>,
  maxHours: number,
): Date | undefined =>
  extendedTo ?? (launchedAt && new Date(launchedAt.getTime() + maxHours * 3_600_000));

/** The earliest deadline of all nodes of the given pairs; undefined if none is known. */
export const earliestDeadline = (
  nodes: readonly NodeState[],
  pairs: readonly Pick<DeployedPair, 'pair' | 'maxHours'>[],
): Date | undefined =>
  pairs
    .flatMap(({ pair, maxHours }) =>
      nodes
        .filter((node) => node.pair === pair)
        .flatMap((node) => deadlineOf(node, maxHours) ?? []),
    )
    .toSorted((a, b) => a.getTime() - b.getTime())[0];

/** A run takes longer than its estimate if servings start slowly. */
const MARGIN_FACTOR = 1.25;
const MARGIN_SECONDS = 300;

/** How long nodes must live for a run. */
export const neededSeconds = (estimateSeconds: number): number =>
  estimateSeconds * MARGIN_FACTOR + MARGIN_SECONDS;

/**
 * Ensures that the nodes live long enough for a run.
 *
 * @throws BenchError whose hint extends the deadline.
 */
export const assertEnoughTime = (
  deadline: Date | undefined,
  estimateSeconds: number,
  now: Date,
): void => {
  if (deadline === undefined) return;
  const left = (deadline.getTime() - now.getTime()) / 1000;
  const needed = neededSeconds(estimateSeconds);
  if (left >= needed) return;
  throw new BenchError(
    'BENCH_DEADLINE',
    `the nodes end themselves in ${durationText(left)} (${deadline.toISOString()}), and the run takes about ${durationText(estimateSeconds)}`,
    { hint: `extend their deadline: npx serving-compare extend ${Math.ceil(needed / 3600)}h` },
  );
};
