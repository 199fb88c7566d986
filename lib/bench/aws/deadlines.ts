import { runKeys } from '../../deployment/run-keys.ts';
import { BenchError } from '../model/errors.ts';
import { durationText } from '../wording/format-number.ts';
import type { Aws } from './clients.ts';
import type { DeployedPair, Deployment } from './deployment.ts';
import type { NodeState } from './nodes.ts';
import { readJson, writeJson } from './objects.ts';

/** When `npx serving-compare extend` let nodes end; the object of {@link runKeys.deadlines}. */
export interface ExtendedDeadlines {
  readonly schema: 1;
  /** Seconds since 1970 by instance id. */
  readonly nodes: Readonly<Record<string, number>>;
}

/** Reads what was extended so far. */
export const readDeadlines = async (
  aws: Aws,
  { bucket }: Pick<Deployment, 'bucket'>,
): Promise<ExtendedDeadlines> =>
  ((await readJson(aws, bucket, runKeys.deadlines)) as ExtendedDeadlines | undefined) ?? {
    schema: 1,
    nodes: {},
  };

/** Remembers a new deadline of some nodes. */
export const writeDeadlines = async (
  aws: Aws,
  deployment: Pick<Deployment, 'bucket'>,
  instanceIds: readonly string[],
  seconds: number,
): Promise<void> => {
  const { nodes } = await readDeadlines(aws, deployment);
  const changed = Object.fromEntries(instanceIds.map((id) => [id, seconds]));
  const value: ExtendedDeadlines = { schema: 1, nodes: { ...nodes, ...changed } };
  await writeJson(aws, deployment.bucket, runKeys.deadlines, value);
};

/**
 * When a node ends itself: what it was extended to, else its launch and the hours of the deployment. Undefined where it is
 * not known. Pure.
 */
export const deadlineOf = (
  { instanceId, launchedAt }: Pick<NodeState, 'instanceId' | 'launchedAt'>,
  { nodes }: ExtendedDeadlines,
  maxHours: number,
): Date | undefined => {
  const extended = nodes[instanceId];
  if (extended !== undefined) return new Date(extended * 1000);
  return launchedAt && new Date(launchedAt.getTime() + maxHours * 3_600_000);
};

/** The first deadline among nodes of these pairs; undefined where none is known. Pure. */
export const earliestDeadline = (
  nodes: readonly NodeState[],
  extended: ExtendedDeadlines,
  pairs: readonly Pick<DeployedPair, 'pair' | 'maxHours'>[],
): Date | undefined =>
  pairs
    .flatMap(({ pair, maxHours }) =>
      nodes
        .filter((node) => node.pair === pair)
        .flatMap((node) => deadlineOf(node, extended, maxHours) ?? []),
    )
    .toSorted((a, b) => a.getTime() - b.getTime())[0];

/** A run takes longer than its estimate where servings start slowly. */
const MARGIN_SHARE = 1.25;
const MARGIN_SECONDS = 300;

/**
 * Demands that the nodes live long enough for a run.
 *
 * @throws BenchError that names the hours to extend by.
 */
export const demandTime = (
  deadline: Date | undefined,
  estimateSeconds: number,
  now: Date,
): void => {
  if (deadline === undefined) return;
  const left = (deadline.getTime() - now.getTime()) / 1000;
  const needed = estimateSeconds * MARGIN_SHARE + MARGIN_SECONDS;
  if (left >= needed) return;
  throw new BenchError(
    'BENCH_DEADLINE',
    `the nodes end themselves in ${durationText(left)} (${deadline.toISOString()}), and the run takes about ${durationText(estimateSeconds)}`,
    { hint: `let them live longer: npx serving-compare extend ${Math.ceil(needed / 3600)}h` },
  );
};
