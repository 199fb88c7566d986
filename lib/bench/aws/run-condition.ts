import { setTimeout as sleep } from 'node:timers/promises';
import { BenchError } from '../model/errors.ts';
import type { RunStatus } from '../results/run-status.ts';
import type { Aws } from './clients.ts';
import type { DeployedPair, Deployment } from './deployment.ts';
import { isUp, readNodes, type NodeProblem, type NodeState } from './nodes.ts';
import { listRunIds, readRunObjects, type RunObjects } from './run-objects.ts';
import { isActive, runProgress, type ProgressContext } from './run-progress.ts';

/**
 * Demands that nodes can take part.
 *
 * @throws BenchError with all problems.
 */
export const demandHealthy = (problems: readonly NodeProblem[], deployed: number): void => {
  const [first] = problems;
  if (first === undefined) return;
  const pairs = new Set(problems.map(({ pair }) => pair));
  const without = pairs.size < deployed ? '; or leave its pair out with --pairs' : '';
  throw new BenchError('BENCH_NODES', problems.map(({ what }) => what).join('\nerror: '), {
    hint: `${[...new Set(problems.map(({ remedy }) => remedy))].join('\nhint:  ')}${without}`,
  });
};

/**
 * Demands that no pair works on another run: two at once would disturb each other's figures.
 *
 * @throws BenchError that names the run.
 */
export const demandIdle = async (
  aws: Aws,
  deployment: Deployment,
  chosen: readonly DeployedPair[],
  nodes: readonly NodeState[],
): Promise<void> => {
  const { bucket, pairs } = deployment;
  const ids = await listRunIds(aws, bucket);
  const runs = await Promise.all(ids.map((id) => readRunObjects(aws, bucket, id)));
  const context = { now: new Date(), pairs, nodes };
  for (const run of runs) {
    if (run === undefined) continue;
    const busy = runProgress(run, context).pairs.find(
      (pair) => isActive(pair) && chosen.some((one) => one.pair === pair.pair),
    );
    if (busy !== undefined) {
      throw new BenchError('BENCH_BUSY', `pair ${busy.pair} still works on the run ${run.runId}`, {
        hint: `wait for it with "npx serving-compare status ${run.runId} --watch", end it with "npx serving-compare cancel ${run.runId}", or take other pairs with --pairs`,
      });
    }
  }
};

/** The nodes of a pair that worked on a run and are still up; those of a later deployment are not among them. */
const nodesUpOf = (
  { pair, updatedAt }: Pick<RunStatus, 'pair' | 'updatedAt'>,
  nodes: readonly NodeState[],
): readonly NodeState[] =>
  nodes.filter(
    (node) =>
      node.pair === pair &&
      isUp(node) &&
      (node.launchedAt === undefined || node.launchedAt <= new Date(updatedAt)),
  );

/**
 * Demands that no pair works on a run whose objects are to be deleted: what it writes later would stay behind. Silence is no
 * proof of it while the node is up.
 *
 * @throws BenchError that names the run and the pair.
 */
export const demandEnded = (run: RunObjects, context: ProgressContext): void => {
  const { runId, statuses } = run;
  for (const { pair, state } of runProgress(run, context).pairs) {
    const status = statuses.get(pair);
    const mayWork =
      status !== undefined &&
      isActive(status) &&
      nodesUpOf(status, context.nodes).some(({ role }) => role === 'middleware');
    if (!isActive({ state }) && !mayWork) continue;
    throw new BenchError(
      'BENCH_BUSY',
      `pair ${pair} still works on ${runId}; nothing was deleted`,
      {
        hint: `wait for it with "npx serving-compare status ${runId} --watch", end it with "npx serving-compare cancel ${runId}", or add --force`,
      },
    );
  }
};

/** Nodes that are about to end, with or after a last upload of their logs: those of pairs that completed their share. Pure. */
export const endingNodes = (
  { request, statuses }: RunObjects,
  nodes: readonly NodeState[],
): readonly NodeState[] =>
  request?.endsNodes === true
    ? [...statuses.values()]
        .filter(({ state }) => state === 'completed')
        .flatMap((status) => nodesUpOf(status, nodes))
    : [];

/** A node collects its logs, powers off, and EC2 notices: some minutes where it has a GPU. */
const END_MS = 10 * 60_000;
const POLL_MS = 3000;

/**
 * Waits until no node writes to some runs any more.
 *
 * @param tell gets a line where the nodes that are waited for have changed
 * @throws as {@link demandEnded}; BenchError where nodes do not end in time.
 */
export const awaitEnd = async (
  aws: Aws,
  { bucket, pairs }: Pick<Deployment, 'bucket' | 'pairs'>,
  runIds: readonly string[],
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<void> => {
  const deadline = performance.now() + END_MS;
  let told = '';
  for (;;) {
    const [nodes, ...runs] = await Promise.all([
      readNodes(aws, pairs),
      ...runIds.map((id) => readRunObjects(aws, bucket, id)),
    ]);
    const known = runs.filter((run) => run !== undefined);
    for (const run of known) demandEnded(run, { now: new Date(), pairs, nodes });
    const ending = new Set(known.flatMap((run) => endingNodes(run, nodes)));
    if (ending.size === 0) return;
    const names = [...ending]
      .map(({ pair, role, instanceId }) => `the ${role} node of pair ${pair} (${instanceId})`)
      .join(', ');
    if (performance.now() > deadline) {
      throw new BenchError('BENCH_BUSY', `still up: ${names}; nothing was deleted`, {
        hint: 'call it again later, or add --force; what such a node still writes then stays in the bucket',
      });
    }
    if (names !== told) tell(`waiting until they have put their logs and ended: ${names}`);
    told = names;
    await sleep(POLL_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
};
