import { pairNumbers, type DeploymentConfig } from '../../aws/config/index.ts';
import { instanceTypeFacts } from '../../aws/config/instance-type.ts';
import { pairPrice } from '../../aws/prices/prices.ts';
import { BenchError } from '../model/errors.ts';
import type { Plan } from '../model/plan.ts';
import type { AskedPlan } from '../plan/plan-request.ts';
import { sum } from '../stats/moments.ts';
import { assertServings, choosePairs, commonServings } from './choose-pairs.ts';
import type { Aws } from './clients.ts';
import { assertEnoughTime, earliestDeadline } from './deadlines.ts';
import { pricePerHourOf, type DeployedPair, type Deployment } from './find-deployment.ts';
import { nodeProblems, readNodes, type NodeState } from './node-states.ts';
import { assertHealthy, assertIdle } from './assert-run-state.ts';
import { dealAgain, isEmpty, leftByPair, repeatProgress, shareRepeats } from './repeats.ts';
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

/** What is known of a pair before it is deployed. */
type PlannedPair = Pick<
  DeployedPair,
  'pair' | 'servings' | 'runtime' | 'cores' | 'pricePerHourUsd'
>;

/** What pairs have in common: their servings, their cores, and the price and runtime from which a run is estimated. */
const commonOf = (pairs: readonly PlannedPair[]) => ({
  servings: commonServings(pairs),
  usdPerHour: pricePerHourOf(pairs),
  runtime: pairs[0]?.runtime ?? ('simulated' as const),
  cores: pairs[0]?.cores ?? 1,
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
  await assertIdle(aws, deployment, pairs, runId);
  assertEnoughTime(earliestDeadline(nodes, pairs), estimate.seconds, new Date());
};

/** Makes the plan of a new run, shares it out, and estimates it. */
const planRun = (pairs: readonly PlannedPair[], runId: string, asked: AskedPlan) => {
  const common = commonOf(pairs);
  const plan = requestOnPairs({ runId, runtime: common.runtime }, asked);
  const planned = planOnPairs(plan, common);
  const numbers = pairs.map(({ pair }) => pair);
  const repeats = shareRepeats(planned, numbers);
  const left = leftByPair(repeatProgress(planned, repeats, []), numbers);
  return { plan, planned, repeats, estimate: runEstimate(left, common, planned) };
};

/**
 * Plans and estimates a run on the pairs of a configuration, which may still have to be deployed.
 *
 * @param chosen numbers of pairs; undefined: all
 * @throws BenchError if there are more pairs than repeats.
 */
export const planConfigured = (
  config: DeploymentConfig,
  asked: AskedPlan,
  chosen?: readonly number[],
) => {
  const { servings, runtime, servingInstanceType } = config;
  const { vcpus: cores } = instanceTypeFacts(servingInstanceType);
  const pricePerHourUsd = pairPrice(config)?.perHour;
  const common = { servings, runtime, cores, pricePerHourUsd };
  const pairs = pairNumbers(config).map((pair) => ({ pair, ...common }));
  return planRun(choosePairs(pairs, chosen), '', asked);
};

/** The run and its pairs, by number; undefined: all pairs. */
interface RunOnPairs {
  readonly runId: string;
  readonly pairs: readonly number[] | undefined;
}

/**
 * Prepares a new run.
 *
 * @param isSent whether it will be sent; if so, the nodes must be ready for it
 * @throws BenchError if they are not, or if there are more pairs than repeats.
 */
export const prepareNewRequest = async (
  site: RunSite,
  { runId, pairs: chosen }: RunOnPairs,
  asked: AskedPlan,
  isSent: boolean,
): Promise<PreparedRequest> => {
  const { aws, deployment } = site;
  const pairs = choosePairs(deployment.pairs, chosen);
  assertServings(pairs, asked);
  const { plan, planned, repeats, estimate } = planRun(pairs, runId, asked);
  if (isSent) {
    if ((await readRunObjects(aws, deployment.bucket, runId)) !== undefined) {
      throw new BenchError('BENCH_RUN_EXISTS', `the run ${runId} already exists`, {
        hint: `continue it: npx serving-compare run --on aws --resume ${runId}; or give another --run-id`,
      });
    }
    await assertReady(site, pairs, await readNodes(aws, pairs), runId, estimate);
  }
  const run = { runId, sentAt: new Date().toISOString(), deployment: deployment.name, plan };
  return { request: newRunRequest(run, planned, repeats), estimate, planned };
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
  { runId, pairs }: RunOnPairs,
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
  const before = repeatProgress(planned, request.repeats, records);
  const nothingLeft = (message: string): BenchError =>
    new BenchError('BENCH_NOTHING_LEFT', message, {
      hint: `fetch it: npx serving-compare fetch ${runId}`,
    });
  if (before.every(({ left }) => isEmpty(left))) {
    throw nothingLeft(`every measurement of ${runId} is finished`);
  }
  const nodes = await readNodes(aws, chosen);
  const healthy = healthyPairs(site, chosen, nodes, tell);
  const numbers = healthy.map(({ pair }) => pair);
  const repeats = dealAgain(before, numbers);
  const progress = repeatProgress(planned, repeats, records);
  const left = leftByPair(progress, numbers);
  if (left.size === 0) {
    throw nothingLeft(`a failed measurement of ${runId} is repeated only by the pair that took it`);
  }
  for (const pair of numbers) {
    if (!left.has(pair)) tell(`left out: pair ${pair}, which has nothing left to do`);
  }
  const busy = healthy.filter(({ pair }) => left.has(pair));
  const estimate = runEstimate(left, commonOf(busy), planned, records);
  if (isSent) {
    const busyNodes = nodes.filter(({ pair }) => left.has(pair));
    await assertReady(site, busy, busyNodes, runId, estimate);
  }
  const kept = progress.filter(({ pair }) => !left.has(pair));
  return {
    request: {
      ...request,
      sentAt: new Date().toISOString(),
      pairs: [...left.keys()],
      repeats,
      keptMeasurements: sum(kept.map(({ tried }) => tried)),
      notStarted: [],
    },
    estimate,
    planned,
  };
};
