import { BenchError } from '../model/errors.ts';
import type { PlanOverrides } from '../model/plan-options.ts';
import { shareRepeats, takeOver, workOfRepeats, type Work } from '../plan/share-repeats.ts';
import { choosePairs, assertSameServings, servingsOf } from './choose-pairs.ts';
import type { Aws } from './clients.ts';
import { assertTime, earliestDeadline } from './deadlines.ts';
import { pricePerHourOf, type DeployedPair, type Deployment } from './deployment.ts';
import { nodeProblems, readNodes, type NodeState } from './nodes.ts';
import { repeatProgress, type RepeatProgress } from './repeat-progress.ts';
import { assertHealthy, assertIdle } from './run-condition.ts';
import { runEstimate, type RunEstimate } from './run-estimate.ts';
import {
  assertRun,
  listRunPairs,
  readPlanObject,
  readRecords,
  readRunObjects,
} from './run-objects.ts';
import { newRunRequest, workOf, type RunRequest } from './run-request.ts';

/** A run that only needs to be sent. */
export interface PreparedRequest {
  readonly request: RunRequest;
  readonly estimate: RunEstimate;
}

/** Where a run is to take place. */
export interface RunSite {
  readonly aws: Aws;
  readonly deployment: Deployment;
}

/** What counts for the price and the time of a run. */
const placeOf = (pairs: readonly DeployedPair[]) => ({
  usdPerHour: pricePerHourOf(pairs),
  runtime: pairs[0]?.runtime ?? ('simulated' as const),
});

/** Demands that the nodes can take the run now, and live long enough. */
const assertReady = async (
  { aws, deployment }: RunSite,
  pairs: readonly DeployedPair[],
  nodes: readonly NodeState[],
  estimate: RunEstimate,
): Promise<void> => {
  assertHealthy(nodeProblems(deployment.name, aws.region, nodes), deployment.pairs.length);
  await assertIdle(aws, deployment, pairs, nodes);
  assertTime(earliestDeadline(nodes, pairs), estimate.seconds, new Date());
};

/**
 * A new run.
 *
 * @param isSent whether it will really be sent: then the nodes must be ready for it
 * @throws BenchError where they are not, or there are more pairs than repeats.
 */
export const prepareNewRequest = async (
  site: RunSite,
  overrides: PlanOverrides,
  wanted: {
    readonly runId: string;
    readonly pairs: readonly number[] | undefined;
    readonly processes: number | undefined;
    /** Of a user's model; undefined: ResNet-50. */
    readonly tensors?: RunRequest['tensors'];
  },
  isSent: boolean,
): Promise<PreparedRequest> => {
  const { aws, deployment } = site;
  const { runId, processes, tensors } = wanted;
  const pairs = choosePairs(deployment.pairs, wanted.pairs);
  const numbers = pairs.map(({ pair }) => pair);
  assertSameServings(pairs, overrides.servings);
  const { runtime } = placeOf(pairs);
  const deployed = { name: deployment.name, servings: servingsOf(pairs), runtime };
  const request = newRunRequest(deployed, overrides, {
    runId,
    pairs: numbers,
    at: new Date(),
    processes,
    tensors,
  });
  const work = workOf(request);
  const shares = [...shareRepeats(work, numbers)].map(
    ([pair, repeats]) => [pair, workOfRepeats(work, repeats)] as const,
  );
  const estimate = runEstimate(new Map(shares), placeOf(pairs), work);
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

/** What is left of a run, and for whom. */
export interface ResumedShares extends Required<Pick<RunRequest, 'repeats' | 'keptMeasurements'>> {
  /** What each pair has to do that has anything to do, by its number. */
  readonly left: ReadonlyMap<number, Required<Work>>;
}

/** Gives what is left of a run to pairs that are there. Pure. */
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
    .filter(({ left }) => left.measurements.length + left.searches.length > 0);
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
 * What is left of a run, for the pairs that can take it.
 *
 * @param tell gets a line for each pair that cannot
 * @throws BenchError where nothing is left, the run goes on, or no pair can take it.
 */
export const prepareResume = async (
  site: RunSite,
  wanted: { readonly runId: string; readonly pairs: readonly number[] | undefined },
  tell: (line: string) => void,
  isSent: boolean,
): Promise<PreparedRequest> => {
  const { aws, deployment } = site;
  const { bucket, name } = deployment;
  const { runId } = wanted;
  const { request: before } = await assertRun(aws, bucket, runId);
  const writers = await listRunPairs(aws, bucket, runId);
  const plan = await readPlanObject(aws, bucket, runId, writers);
  const chosen = choosePairs(deployment.pairs, wanted.pairs);
  if (before === undefined) {
    throw new BenchError('BENCH_NO_RUN', `the run ${runId} was started without this tool`, {
      hint: 'send its command again: each pair continues with what it has not measured',
    });
  }
  const records = await readRecords(aws, bucket, runId, writers);
  const whole = plan ?? workOf(before);
  const progress = repeatProgress(whole, records);
  const nothingLeft = (what: string): BenchError =>
    new BenchError('BENCH_NOTHING_LEFT', what, {
      hint: `fetch it: npx serving-compare fetch ${runId}`,
    });
  if (progress.every(({ left }) => left.measurements.length + left.searches.length === 0)) {
    throw nothingLeft(`every measurement of ${runId} is finished`);
  }
  const nodes = await readNodes(aws, chosen);
  const problems = nodeProblems(name, aws.region, nodes);
  const alive = chosen.filter(({ pair }) => problems.every((one) => one.pair !== pair));
  for (const { what } of problems) tell(`left out: ${what}`);
  if (alive.length === 0) assertHealthy(problems, chosen.length);
  const { left, ...shares } = resumedShares(
    whole,
    progress,
    alive.map(({ pair }) => pair),
  );
  if (left.size === 0) {
    throw nothingLeft(`a failed measurement of ${runId} is repeated only by the pair that took it`);
  }
  const busy = alive.filter(({ pair }) => left.has(pair));
  for (const { pair } of alive) {
    if (!left.has(pair)) tell(`left out: pair ${pair}, which has nothing left to do`);
  }
  const numbers = busy.map(({ pair }) => pair);
  const estimate = runEstimate(left, placeOf(busy), whole, records);
  if (isSent) {
    await assertReady(
      site,
      busy,
      nodes.filter(({ pair }) => numbers.includes(pair)),
      estimate,
    );
  }
  return {
    request: {
      ...before,
      sentAt: new Date().toISOString(),
      pairs: numbers,
      notStarted: [],
      ...shares,
    },
    estimate,
  };
};
