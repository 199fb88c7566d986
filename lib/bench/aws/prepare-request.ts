import { BenchError } from '../model/errors.ts';
import type { PlanOverrides } from '../model/plan-options.ts';
import { shareRepeats, takeOver, workOfRepeats, type Work } from '../plan/share-repeats.ts';
import { assertSameServings, choosePairs, commonServings } from './choose-pairs.ts';
import type { Aws } from './clients.ts';
import { assertEnoughTime, earliestDeadline } from './deadlines.ts';
import { pricePerHourOf, type DeployedPair, type Deployment } from './find-deployment.ts';
import { nodeProblems, readNodes, type NodeState } from './node-states.ts';
import { repeatProgress, type RepeatProgress } from './repeat-progress.ts';
import { assertHealthy, assertIdle } from './assert-run-state.ts';
import { runEstimate, type RunEstimate } from './run-estimate.ts';
import {
  findRun,
  listRunPairs,
  readPlanObject,
  readRecords,
  readRunObjects,
} from './run-objects.ts';
import { newRunRequest, workOf, type RunRequest } from './run-request.ts';

/** A run that is ready to be sent. */
export interface PreparedRequest {
  readonly request: RunRequest;
  readonly estimate: RunEstimate;
}

/** The deployment that a run takes place on. */
export interface RunSite {
  readonly aws: Aws;
  readonly deployment: Deployment;
}

/** The price and runtime of pairs, from which a run is estimated. */
const pricingOf = (pairs: readonly DeployedPair[]) => ({
  usdPerHour: pricePerHourOf(pairs),
  runtime: pairs[0]?.runtime ?? ('simulated' as const),
});

/** Ensures that the nodes can start the run now, and live long enough for it. */
const assertReady = async (
  { aws, deployment }: RunSite,
  pairs: readonly DeployedPair[],
  nodes: readonly NodeState[],
  estimate: RunEstimate,
): Promise<void> => {
  assertHealthy(nodeProblems(deployment.name, aws.region, nodes), deployment.pairs.length);
  await assertIdle(aws, deployment, pairs, nodes);
  assertEnoughTime(earliestDeadline(nodes, pairs), estimate.seconds, new Date());
};

/**
 * Prepares a new run.
 *
 * @param isSent whether it will be sent; if so, the nodes must be ready for it
 * @throws BenchError if they are not, or if there are more pairs than repeats.
 */
export const prepareNewRequest = async (
  site: RunSite,
  overrides: PlanOverrides,
  run: {
    readonly runId: string;
    /** Numbers of the pairs; undefined: all pairs. */
    readonly pairs: readonly number[] | undefined;
    /** Middleware processes; undefined: the middleware's default. */
    readonly processes: number | undefined;
    /** The tensors of a user's model; undefined: ResNet-50. */
    readonly tensors?: RunRequest['tensors'];
  },
  isSent: boolean,
): Promise<PreparedRequest> => {
  const { aws, deployment } = site;
  const { runId } = run;
  const pairs = choosePairs(deployment.pairs, run.pairs);
  const numbers = pairs.map(({ pair }) => pair);
  assertSameServings(pairs, overrides.servings);
  const pricing = pricingOf(pairs);
  const deployed = {
    name: deployment.name,
    servings: commonServings(pairs),
    runtime: pricing.runtime,
  };
  const request = newRunRequest(deployed, overrides, { ...run, pairs: numbers, at: new Date() });
  const work = workOf(request);
  const shares = [...shareRepeats(work, numbers)].map(
    ([pair, repeats]) => [pair, workOfRepeats(work, repeats)] as const,
  );
  const estimate = runEstimate(new Map(shares), pricing, work);
  if (isSent) {
    if ((await readRunObjects(aws, deployment.bucket, runId)) !== undefined) {
      throw new BenchError('BENCH_RUN_EXISTS', `the run ${runId} already exists`, {
        hint: `continue it: npx serving-compare run --on aws --resume ${runId}; or give another --run-id`,
      });
    }
    await assertReady(site, pairs, await readNodes(aws, pairs), estimate);
  }
  return { request, estimate };
};

/** The rest of a run, as it is shared between pairs. */
export interface ResumedShares extends Required<Pick<RunRequest, 'repeats' | 'keptMeasurements'>> {
  /** The work left for each pair, by its number; pairs without any are absent. */
  readonly left: ReadonlyMap<number, Required<Work>>;
}

const isEmpty = ({ measurements, searches }: Required<Work>): boolean =>
  measurements.length + searches.length === 0;

/** Shares the rest of a run between the given pairs. */
export const resumedShares = (
  plan: Work,
  progress: readonly RepeatProgress[],
  pairs: readonly number[],
): ResumedShares => {
  const leftOf = (pair: number, repeats: readonly number[]): Required<Work> => {
    const parts = progress
      .filter(({ repeat }) => repeats.includes(repeat))
      .map(({ repeat, holder, left }) => (holder === pair ? left : workOfRepeats(plan, [repeat])));
    return {
      measurements: parts.flatMap(({ measurements }) => measurements),
      searches: parts.flatMap(({ searches }) => searches),
    };
  };
  const shares = [...takeOver(progress, pairs)]
    .map(([pair, repeats]) => ({ pair, repeats, left: leftOf(pair, repeats) }))
    .filter(({ left }) => !isEmpty(left));
  const kept = progress.filter(
    ({ isOver, holder }) => isOver && shares.every(({ pair }) => pair !== holder),
  );
  return {
    repeats: Object.fromEntries(shares.map(({ pair, repeats }) => [pair, repeats])),
    left: new Map(shares.map(({ pair, left }) => [pair, left])),
    keptMeasurements: kept.reduce((sum, { tried }) => sum + tried, 0),
  };
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
 * Prepares the rest of a run for the pairs that can take it.
 *
 * @param tell gets a line for each pair that is left out
 * @param isSent whether it will be sent; if so, the nodes must be ready for it
 * @throws BenchError if nothing is left, the run goes on, or no pair can take it.
 */
export const prepareResume = async (
  site: RunSite,
  { runId, pairs }: { readonly runId: string; readonly pairs: readonly number[] | undefined },
  tell: (line: string) => void,
  isSent: boolean,
): Promise<PreparedRequest> => {
  const { aws, deployment } = site;
  const { bucket } = deployment;
  const { request } = await findRun(aws, bucket, runId);
  const writers = await listRunPairs(aws, bucket, runId);
  const plan = await readPlanObject(aws, bucket, runId, writers);
  const chosen = choosePairs(deployment.pairs, pairs);
  if (request === undefined) {
    throw new BenchError('BENCH_NO_RUN', `the run ${runId} was started without this tool`, {
      hint: 'send its command again: each pair continues with what it has not measured',
    });
  }
  const records = await readRecords(aws, bucket, runId, writers);
  const work = plan ?? workOf(request);
  const progress = repeatProgress(work, records);
  const nothingLeft = (message: string): BenchError =>
    new BenchError('BENCH_NOTHING_LEFT', message, {
      hint: `fetch it: npx serving-compare fetch ${runId}`,
    });
  if (progress.every(({ left }) => isEmpty(left))) {
    throw nothingLeft(`every measurement of ${runId} is finished`);
  }
  const nodes = await readNodes(aws, chosen);
  const healthy = healthyPairs(site, chosen, nodes, tell);
  const { left, ...shares } = resumedShares(
    work,
    progress,
    healthy.map(({ pair }) => pair),
  );
  if (left.size === 0) {
    throw nothingLeft(`a failed measurement of ${runId} is repeated only by the pair that took it`);
  }
  for (const { pair } of healthy) {
    if (!left.has(pair)) tell(`left out: pair ${pair}, which has nothing left to do`);
  }
  const busy = healthy.filter(({ pair }) => left.has(pair));
  const estimate = runEstimate(left, pricingOf(busy), work, records);
  if (isSent) {
    const busyNodes = nodes.filter(({ pair }) => left.has(pair));
    await assertReady(site, busy, busyNodes, estimate);
  }
  return {
    request: {
      ...request,
      ...shares,
      sentAt: new Date().toISOString(),
      pairs: busy.map(({ pair }) => pair),
      notStarted: [],
    },
    estimate,
  };
};
