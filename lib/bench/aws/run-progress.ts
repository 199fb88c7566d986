import { isTuned, resolvePlanOptions } from '../plan/resolve-plan-options.ts';
import type { RunStatus } from '../results/run-folder.ts';
import { sum } from '../stats/moments.ts';
import type { DeployedPair } from './find-deployment.ts';
import { nodeProblems, type NodeState } from './node-states.ts';
import type { RunObjects } from './run-objects.ts';
import type { RunRequest } from './run-request.ts';

/**
 * The state of a pair. Beside the states that it reports itself:
 * - `waiting`: the command was sent, and the pair has not reported yet.
 * - `lost`: the pair has not reported for too long, or its node cannot be reached.
 */
export type PairState = RunStatus['state'] | 'waiting' | 'lost';

/** How far one pair is, as seen by the operator. */
export interface PairProgress {
  readonly pair: number;
  readonly state: PairState;
  readonly measurements: RunStatus['measurements'];
  /** Describes the current measurement; absent if the pair is not working. */
  readonly running?: string;
  readonly secondsSoFar: number;
  /** Absent if it is not known. */
  readonly secondsLeft?: number;
  /** Seconds since the pair last reported; absent if it never did. */
  readonly ageSeconds?: number;
  readonly starts: number;
  readonly message?: string;
}

/** How far a run is. */
export interface RunProgress {
  readonly runId: string;
  readonly profile?: string;
  /** `incomplete`: no pair works on it any more, and measurements are missing. */
  readonly state: 'running' | 'completed' | 'incomplete';
  /** Measurements of the whole plan, with the most trials that its searches may take; absent if it is not known. */
  readonly totalMeasurements?: number;
  /** Set if that is what is expected of a search for settings. */
  readonly isTotalExpected?: true;
  /** Those of the pairs that the run was last sent to, and those from before. */
  readonly finishedMeasurements: number;
  /** Number of searches in the plan; absent if there are none. */
  readonly searches?: number;
  readonly pairs: readonly PairProgress[];
}

/** What is known about a run from outside the bucket. */
export interface ProgressContext {
  readonly now: Date;
  readonly pairs: readonly DeployedPair[];
  readonly nodes: readonly NodeState[];
}

const ACTIVE: ReadonlySet<PairState> = new Set(['waiting', 'preparing', 'running']);

/** Whether a pair in this state still works. */
export const isActive = ({ state }: Pick<PairProgress, 'state'>): boolean => ACTIVE.has(state);

/** The most that a measurement takes apart from its load: start of the serving, answer check, bypass run. */
const MEASUREMENT_SECONDS = 3600;

/** A pair reports before and after each measurement; one that is silent for longer than this is lost. */
export const maxSilentSeconds = (request: RunRequest | undefined): number => {
  if (request === undefined) return MEASUREMENT_SECONDS;
  const { warmupSeconds, durationSeconds } = resolvePlanOptions(request.plan.options, 'aws');
  return MEASUREMENT_SECONDS + warmupSeconds + durationSeconds;
};

const secondsBetween = (from: string, to: Date): number =>
  Math.max(0, (to.getTime() - new Date(from).getTime()) / 1000);

const NO_MEASUREMENTS = { total: 0, completed: 0, failed: 0 } as const;

/** Explains why a pair that should be working is lost; undefined if it is not. */
const lossOf = (
  pair: number,
  silentSeconds: number,
  maxSeconds: number,
  { nodes, pairs }: ProgressContext,
): string | undefined => {
  if (!pairs.some(({ pair: deployed }) => deployed === pair)) {
    return 'its stack is no longer deployed';
  }
  // Deployment and region appear only in the remedies, which are not shown here.
  const problem = nodeProblems('', '', nodes).find(({ pair: affected }) => affected === pair);
  if (problem !== undefined) return problem.what;
  return silentSeconds > maxSeconds
    ? `it has not reported for ${Math.round(silentSeconds)} s`
    : undefined;
};

const pairProgress = (
  pair: number,
  status: RunStatus | undefined,
  { request }: RunObjects,
  context: ProgressContext,
): PairProgress => {
  const { now } = context;
  const reported: PairState = status?.state ?? 'waiting';
  const since = status?.updatedAt ?? request?.sentAt;
  const silentSeconds = since === undefined ? 0 : secondsBetween(since, now);
  let loss: string | undefined;
  if (reported === 'waiting' && request?.notStarted.includes(pair) === true) {
    loss = 'its runner was not started';
  } else if (ACTIVE.has(reported)) {
    loss = lossOf(pair, silentSeconds, maxSilentSeconds(request), context);
  }
  const state = loss === undefined ? reported : 'lost';
  const works = ACTIVE.has(state);
  return {
    pair,
    state,
    measurements: status?.measurements ?? NO_MEASUREMENTS,
    running: works ? status?.running : undefined,
    secondsSoFar:
      status === undefined
        ? 0
        : secondsBetween(status.startedAt, works ? now : new Date(status.updatedAt)),
    secondsLeft:
      works && status?.secondsLeft !== undefined
        ? Math.max(0, status.secondsLeft - silentSeconds)
        : undefined,
    ageSeconds: status && secondsBetween(status.updatedAt, now),
    starts: status?.starts ?? 0,
    message: loss ?? status?.message,
  };
};

/** Number of measurements that a pair has finished, successfully or not. */
export const finishedMeasurements = ({
  measurements,
}: Pick<PairProgress, 'measurements'>): number => measurements.completed + measurements.failed;

const runStateOf = (pairs: readonly PairProgress[]): RunProgress['state'] => {
  if (pairs.some(isActive)) return 'running';
  return pairs.every(({ state }) => state === 'completed') ? 'completed' : 'incomplete';
};

/** Derives how far a run is from what its pairs reported and from the state of their nodes. */
export const runProgress = (run: RunObjects, context: ProgressContext): RunProgress => {
  const { request, statuses, runId } = run;
  const numbers = [...new Set([...statuses.keys(), ...(request?.pairs ?? [])])].toSorted(
    (a, b) => a - b,
  );
  const pairs = numbers.map((pair) => pairProgress(pair, statuses.get(pair), run, context));
  const { profile = 'quick' } = request?.plan.options ?? {};
  const isTotalExpected = isTuned({ profile }) || undefined;
  const reported = sum(pairs.map(({ measurements }) => measurements.total));
  return {
    runId,
    profile: request && profile,
    totalMeasurements: isTotalExpected && reported > 0 ? reported : request?.totalMeasurements,
    isTotalExpected,
    searches: request?.searches || undefined,
    state: runStateOf(pairs),
    finishedMeasurements: (request?.keptMeasurements ?? 0) + sum(pairs.map(finishedMeasurements)),
    pairs,
  };
};
