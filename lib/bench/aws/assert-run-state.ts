import { BenchError } from '../model/errors.ts';
import type { RunStatus } from '../results/run-folder.ts';
import type { Aws } from './clients.ts';
import type { DeployedPair, Deployment } from './find-deployment.ts';
import { isUp, readNodes, type NodeProblem } from './node-states.ts';
import { listRunIds, readRunObjects } from './run-objects.ts';
import { isActive, runProgress } from './run-progress.ts';

/** @throws BenchError that lists all problems, if there are any. */
export const assertHealthy = (problems: readonly NodeProblem[], deployed: number): void => {
  const [first] = problems;
  if (first === undefined) return;
  const pairs = new Set(problems.map(({ pair }) => pair));
  const alternative = pairs.size < deployed ? '; or leave its pair out with --pairs' : '';
  throw new BenchError('BENCH_NODES', problems.map(({ what }) => what).join('\nerror: '), {
    hint: `${[...new Set(problems.map(({ remedy }) => remedy))].join('\nhint:  ')}${alternative}`,
  });
};

/**
 * Ensures that none of the chosen pairs works on a run, because two at once would distort each other's figures, and that no pair
 * works on the run that is to be sent.
 *
 * @throws BenchError that names the run.
 */
export const assertIdle = async (
  aws: Aws,
  deployment: Deployment,
  chosen: readonly DeployedPair[],
  runId: string,
): Promise<void> => {
  const { bucket, pairs } = deployment;
  // Those of all pairs: only its nodes tell that a pair is lost.
  const [nodes, ids] = await Promise.all([readNodes(aws, pairs), listRunIds(aws, bucket)]);
  const runs = await Promise.all(ids.map((id) => readRunObjects(aws, bucket, id)));
  const context = { now: new Date(), pairs, nodes };
  for (const run of runs) {
    if (run === undefined) continue;
    const busy = runProgress(run, context).pairs.find(
      (progress) =>
        isActive(progress) &&
        (run.runId === runId || chosen.some(({ pair }) => pair === progress.pair)),
    );
    if (busy !== undefined) {
      throw new BenchError(
        'BENCH_BUSY',
        `pair ${busy.pair} is still working on the run ${run.runId}`,
        {
          hint: `wait for it: npx serving-compare status ${run.runId} --watch; or end it: npx serving-compare cancel ${run.runId}; or take other pairs with --pairs`,
        },
      );
    }
  }
};

/**
 * Ensures that no pair still works on runs whose objects are about to be deleted, since it would write more. A pair that has
 * been silent may still work while its middleware node is up, unless that node was launched after the last report: then it
 * belongs to a later deployment.
 *
 * @throws BenchError that names the run and the pair.
 */
export const assertEnded = async (
  aws: Aws,
  { bucket, pairs }: Pick<Deployment, 'bucket' | 'pairs'>,
  runIds: readonly string[],
): Promise<void> => {
  const [nodes, ...runs] = await Promise.all([
    readNodes(aws, pairs),
    ...runIds.map((id) => readRunObjects(aws, bucket, id)),
  ]);
  const mayWork = (status: RunStatus): boolean =>
    isActive(status) &&
    nodes.some(
      (node) =>
        node.pair === status.pair &&
        node.role === 'middleware' &&
        isUp(node) &&
        (node.launchedAt === undefined || node.launchedAt <= new Date(status.updatedAt)),
    );
  for (const run of runs) {
    if (run === undefined) continue;
    const { runId, statuses } = run;
    const progress = runProgress(run, { now: new Date(), pairs, nodes });
    const busy = progress.pairs.find(isActive)?.pair ?? [...statuses.values()].find(mayWork)?.pair;
    if (busy === undefined) continue;
    throw new BenchError(
      'BENCH_BUSY',
      `pair ${busy} is still working on ${runId}; nothing was deleted`,
      {
        hint: `wait for it: npx serving-compare status ${runId} --watch; or end it: npx serving-compare cancel ${runId}; or add --force`,
      },
    );
  }
};
