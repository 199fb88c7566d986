import type { PlanOptions } from '../model/plan-options.ts';
import type { RunStatus } from '../results/run-status.ts';
import type { DeployedPair } from './deployment.ts';
import { nodeProblems, type NodeState } from './nodes.ts';
import type { RunObjects } from './run-objects.ts';

/**
 * How a pair stands, beyond what it says itself:
 * - `waiting`: the command was sent, the pair said nothing yet.
 * - `lost`: it says nothing for too long, or its node is no more.
 */
export type PairState = RunStatus['state'] | 'waiting' | 'lost';

/** How far one pair is, seen from outside. */
export interface PairProgress {
  readonly pair: number;
  readonly state: PairState;
  readonly measurements: RunStatus['measurements'];
  /** What it measures now, in words; absent where it does not work. */
  readonly running?: string;
  readonly secondsSoFar: number;
  /** Absent where it is not known. */
  readonly secondsLeft?: number;
  /** Since the pair wrote last; absent where it never did. */
  readonly ageSeconds?: number;
  readonly starts: number;
  readonly message?: string;
}

/** How far a run is. */
export interface RunProgress {
  readonly runId: string;
  readonly profile?: string;
  /** `incomplete`: no runner works on it any more, and measurements are missing. */
  readonly state: 'running' | 'completed' | 'incomplete';
  /** Of the whole plan, with the most that its searches may take; absent where it is not known. */
  readonly totalMeasurements?: number;
  /** Of the pairs that have to do with it now, and of what was kept of others; see `RunRequest.keptMeasurements`. */
  readonly finishedMeasurements: number;
  /** Searches of the plan; absent where there are none. */
  readonly searches?: number;
  readonly pairs: readonly PairProgress[];
}

/** What is known beside the bucket. */
export interface ProgressContext {
  readonly now: Date;
  readonly pairs: readonly DeployedPair[];
  readonly nodes: readonly NodeState[];
}

const ACTIVE: ReadonlySet<PairState> = new Set(['waiting', 'preparing', 'running']);

/** Whether a pair in this state still works. */
export const isActive = ({ state }: Pick<PairProgress, 'state'>): boolean => ACTIVE.has(state);

/** For all of a measurement but its load: start of a serving, answer check, bypass run. */
const MEASUREMENT_SECONDS = 3600;

/** A pair writes before and after each measurement; longer silence is no sign of life. */
export const mostSilentSeconds = (options: PlanOptions | undefined): number =>
  MEASUREMENT_SECONDS + (options?.warmupSeconds ?? 0) + (options?.durationSeconds ?? 0);

const secondsBetween = (from: string, to: Date): number =>
  Math.max(0, (to.getTime() - new Date(from).getTime()) / 1000);

const NO_MEASUREMENTS = { total: 0, completed: 0, failed: 0 } as const;

/** Why a pair that ought to work does not; undefined where it may well do. */
const lossOf = (
  pair: number,
  silentSeconds: number,
  mostSeconds: number,
  { nodes, pairs }: ProgressContext,
): string | undefined => {
  if (!pairs.some((one) => one.pair === pair)) return 'its stack is no longer deployed';
  // Without their remedies.
  const [problem] = nodeProblems('', '', nodes).filter((one) => one.pair === pair);
  if (problem !== undefined) return problem.what;
  return silentSeconds > mostSeconds
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
  const loss =
    reported === 'waiting' && request?.notStarted.includes(pair) === true
      ? 'its runner was not started'
      : ACTIVE.has(reported)
        ? lossOf(pair, silentSeconds, mostSilentSeconds(request?.options), context)
        : undefined;
  // What a lost pair did is over; its state says so, not its last word.
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

/** Of the share that the pair works on now. */
export const finishedMeasurements = ({
  measurements,
}: Pick<PairProgress, 'measurements'>): number => measurements.completed + measurements.failed;

/** How far a run is. Pure. */
export const runProgress = (run: RunObjects, context: ProgressContext): RunProgress => {
  const { request, statuses, runId } = run;
  const numbers = [...new Set([...statuses.keys(), ...(request?.pairs ?? [])])].toSorted(
    (a, b) => a - b,
  );
  const pairs = numbers.map((pair) => pairProgress(pair, statuses.get(pair), run, context));
  return {
    runId,
    profile: request?.options.profile,
    totalMeasurements: request?.totalMeasurements,
    searches: request?.searches || undefined,
    state: pairs.some(isActive)
      ? 'running'
      : pairs.every(({ state }) => state === 'completed')
        ? 'completed'
        : 'incomplete',
    finishedMeasurements: pairs.reduce(
      (sum, pair) => sum + finishedMeasurements(pair),
      request?.keptMeasurements ?? 0,
    ),
    pairs,
  };
};
