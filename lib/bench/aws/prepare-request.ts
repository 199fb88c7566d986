import { BenchError } from '../model/errors.ts';
import type { PlanOverrides } from '../model/plan-options.ts';
import type { Plan, RunSettings } from '../model/plan.ts';
import type { PlanRequest } from '../plan/plan-request.ts';
import { shareRepeats, workOfRepeats } from '../plan/share-repeats.ts';
import { assertSameServings, choosePairs, commonServings } from './choose-pairs.ts';
import type { Aws } from './clients.ts';
import { assertEnoughTime, earliestDeadline } from './deadlines.ts';
import { pricePerHourOf, type DeployedPair, type Deployment } from './find-deployment.ts';
import { nodeProblems, readNodes, type NodeState } from './node-states.ts';
import { isEmpty, repeatProgress, shareRest } from './repeat-progress.ts';
import { assertHealthy, assertIdle } from './assert-run-state.ts';
import { runEstimate, type RunEstimate } from './run-estimate.ts';
import {
  findRun,
  listRunPairs,
  readPlanObject,
  readRecords,
  readRunObjects,
} from './run-objects.ts';
import { newRunRequest, planOnPairs, requestOnPairs, type RunRequest } from './run-request.ts';

/** A run that is ready to be sent. */
export interface PreparedRequest {
  readonly request: RunRequest;
  readonly estimate: RunEstimate;
  readonly planned: Pick<Plan, 'targets' | 'leftOut'>;
}

/** The deployment that a run takes place on. */
export interface RunSite {
  readonly aws: Aws;
  readonly deployment: Deployment;
}

/** What pairs have in common: their servings, and the price and runtime from which a run is estimated. */
const commonOf = (pairs: readonly DeployedPair[]) => ({
  servings: commonServings(pairs),
  usdPerHour: pricePerHourOf(pairs),
  runtime: pairs[0]?.runtime ?? ('simulated' as const),
});

/** Ensures that the nodes can start the run now, and live long enough for it. */
const assertReady = async (
  { aws, deployment }: RunSite,
  pairs: readonly DeployedPair[],
  nodes: readonly NodeState[],
  runId: string,
  estimate: RunEstimate,
): Promise<void> => {
  assertHealthy(nodeProblems(deployment.name, aws.region, nodes), deployment.pairs.length);
  await assertIdle(aws, deployment, pairs, nodes, runId);
  assertEnoughTime(earliestDeadline(nodes, pairs), estimate.seconds, new Date());
};

/** What the operator asks for. */
export interface AskedRun {
  readonly runId: string;
  /** Numbers of the pairs; undefined: all pairs. */
  readonly pairs: readonly number[] | undefined;
  readonly overrides: PlanOverrides;
  readonly model: PlanRequest['model'];
  readonly settings: RunSettings;
}

/**
 * Prepares a new run.
 *
 * @param isSent whether it will be sent; if so, the nodes must be ready for it
 * @throws BenchError if they are not, or if there are more pairs than repeats.
 */
export const prepareNewRequest = async (
  site: RunSite,
  { runId, overrides, model, settings, ...asked }: AskedRun,
  isSent: boolean,
): Promise<PreparedRequest> => {
  const { aws, deployment } = site;
  const pairs = choosePairs(deployment.pairs, asked.pairs);
  assertSameServings(pairs, overrides.servings);
  const common = commonOf(pairs);
  const plan = requestOnPairs({ runId, runtime: common.runtime }, overrides, model, settings);
  const planned = planOnPairs(plan, common);
  const shares = shareRepeats(
    planned,
    pairs.map(({ pair }) => pair),
  );
  const works = [...shares].map(
    ([pair, repeats]) => [pair, workOfRepeats(planned, repeats)] as const,
  );
  const estimate = runEstimate(new Map(works), common, planned);
  if (isSent) {
    if ((await readRunObjects(aws, deployment.bucket, runId)) !== undefined) {
      throw new BenchError('BENCH_RUN_EXISTS', `the run ${runId} already exists`, {
        hint: `continue it: npx serving-compare run --on aws --resume ${runId}; or give another --run-id`,
      });
    }
    await assertReady(site, pairs, await readNodes(aws, pairs), runId, estimate);
  }
  const run = { runId, sentAt: new Date().toISOString(), deployment: deployment.name, plan };
  return { request: newRunRequest(run, planned, shares), estimate, planned };
};

/**
 * Selects the chosen pairs that can take part.
 *
 * @param tell gets a line for each problem
 * @throws BenchError if none can.
 */
const healthyPairs = (
  { aws, deployment }: RunSite,
  chosen: readonly DeployedPair[],
  nodes: readonly NodeState[],
  tell: (line: string) => void,
): readonly DeployedPair[] => {
  const problems = nodeProblems(deployment.name, aws.region, nodes);
  const healthy = chosen.filter(({ pair }) => problems.every((problem) => problem.pair !== pair));
  for (const { what } of problems) tell(`left out: ${what}`);
  if (healthy.length === 0) assertHealthy(problems, chosen.length);
  return healthy;
};

/**
 * Prepares the rest of a run, on which no pair works any more, for the pairs that can take it.
 *
 * @param tell gets a line for each pair that is left out
 * @param isSent whether it will be sent; if so, the nodes must be ready for it
 * @throws BenchError if nothing is left, the run goes on, or no pair can take it.
 */
export const prepareResume = async (
  site: RunSite,
  { runId, pairs }: Pick<AskedRun, 'runId' | 'pairs'>,
  tell: (line: string) => void,
  isSent: boolean,
): Promise<PreparedRequest> => {
  const { aws, deployment } = site;
  const { bucket } = deployment;
  const { request } = await findRun(aws, bucket, runId);
  const chosen = choosePairs(deployment.pairs, pairs);
  if (request === undefined) {
    throw new BenchError(
      'BENCH_NO_RUN',
      `the run ${runId} was started by hand, or by another version of serving-compare`,
      { hint: 'start it again the same way: each pair continues with what it has not measured' },
    );
  }
  const writers = await listRunPairs(aws, bucket, runId);
  const records = await readRecords(aws, bucket, runId, writers);
  const planned =
    (await readPlanObject(aws, bucket, runId, writers)) ??
    planOnPairs(request.plan, commonOf(chosen));
  const progress = repeatProgress(planned, records);
  const nothingLeft = (message: string): BenchError =>
    new BenchError('BENCH_NOTHING_LEFT', message, {
      hint: `fetch it: npx serving-compare fetch ${runId}`,
    });
  if (progress.every(({ left }) => isEmpty(left))) {
    throw nothingLeft(`every measurement of ${runId} is finished`);
  }
  const nodes = await readNodes(aws, chosen);
  const healthy = healthyPairs(site, chosen, nodes, tell);
  const rest = shareRest(
    planned,
    progress,
    healthy.map(({ pair }) => pair),
  );
  if (rest.size === 0) {
    throw nothingLeft(`a failed measurement of ${runId} is repeated only by the pair that took it`);
  }
  for (const { pair } of healthy) {
    if (!rest.has(pair)) tell(`left out: pair ${pair}, which has nothing left to do`);
  }
  const busy = healthy.filter(({ pair }) => rest.has(pair));
  const left = new Map([...rest].map(([pair, share]) => [pair, share.left]));
  const estimate = runEstimate(left, commonOf(busy), planned, records);
  if (isSent) {
    const busyNodes = nodes.filter(({ pair }) => rest.has(pair));
    await assertReady(site, busy, busyNodes, runId, estimate);
  }
  const shared = [...rest.values()].flatMap(({ repeats }) => repeats);
  return {
    request: {
      ...request,
      sentAt: new Date().toISOString(),
      repeats: Object.fromEntries([...rest].map(([pair, { repeats }]) => [pair, repeats])),
      keptMeasurements: progress
        .filter(({ repeat }) => !shared.includes(repeat))
        .reduce((sum, { tried }) => sum + tried, 0),
      notStarted: [],
    },
    estimate,
    planned,
  };
};
