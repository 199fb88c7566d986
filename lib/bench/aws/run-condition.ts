import { BenchError } from '../model/errors.ts';
import type { Aws } from './clients.ts';
import type { DeployedPair, Deployment } from './deployment.ts';
import type { NodeProblem } from './node-problems.ts';
import type { NodeState } from './nodes.ts';
import { listRunIds, readRunObjects } from './run-objects.ts';
import { isActive, runProgress, type RunProgress } from './run-progress.ts';

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

/**
 * Demands that no pair works on a run whose objects are to be deleted: what it writes later would stay behind.
 *
 * @throws BenchError that names the run and the pair.
 */
export const demandEnded = (runs: readonly RunProgress[]): void => {
  for (const { runId, pairs } of runs) {
    const active = pairs.find(isActive);
    if (active === undefined) continue;
    throw new BenchError(
      'BENCH_BUSY',
      `pair ${active.pair} still works on ${runId}; nothing was deleted`,
      {
        hint: `wait for it with "npx serving-compare status ${runId} --watch", end it with "npx serving-compare cancel ${runId}", or add --force`,
      },
    );
  }
};
