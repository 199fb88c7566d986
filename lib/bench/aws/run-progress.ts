import { buildTargets } from '../plan/build-targets.ts';
import { buildMeasurements } from '../plan/build-plan.ts';
import type { Target } from '../model/measurement.ts';
import type { PlanOptions } from '../model/plan-options.ts';
import { buildSearches, MOST_TRIALS } from '../plan/slo-search.ts';
import { measurementText } from '../progress/progress-text.ts';
import { targetLabels } from '../wording/labels.ts';
import type { RunStatus } from '../results/run-status.ts';
import type { DeployedPair } from './deployment.ts';
import type { NodeState } from './nodes.ts';
import type { RunObjects } from './run-objects.ts';

/**
 * How a pair stands, beyond what it says itself:
 * - `waiting`: the command was sent, the pair said nothing yet.
 * - `lost`: it says nothing for too long, or its node is no more.
 * - `replaced`: the run was resumed without it.
 */
export type PairState = RunStatus['state'] | 'waiting' | 'lost' | 'replaced';

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
  readonly requestedAt?: string;
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

const NO_CELLS = { total: 0, completed: 0, failed: 0 } as const;
const ALIVE = new Set(['running', 'pending']);

/** Why a pair that ought to work does not; undefined where it may well do. */
const lossOf = (
  pair: number,
  silentSeconds: number,
  mostSeconds: number,
  { nodes, pairs }: ProgressContext,
): string | undefined => {
  if (!pairs.some((one) => one.pair === pair)) return 'its stack is no longer deployed';
  const dead = nodes.find((node) => node.pair === pair && !ALIVE.has(node.state));
  if (dead !== undefined) {
    const why = dead.stateReason === undefined ? '' : `: ${dead.stateReason}`;
    return `its ${dead.role} node ${dead.instanceId} is ${dead.state}${why}`;
  }
  const lost = nodes.find((node) => node.pair === pair && node.isAgentOnline === false);
  if (lost !== undefined) {
    return `the SSM agent of its ${lost.role} node ${lost.instanceId} lost the connection`;
  }
  return silentSeconds > mostSeconds
    ? `it has said nothing for ${Math.round(silentSeconds)} s`
    : undefined;
};

type Labels = ReadonlyMap<string, string>;

const pairProgress = (
  pair: number,
  status: RunStatus | undefined,
  run: RunObjects & { readonly labels: Labels },
  context: ProgressContext,
): PairProgress => {
  const { now } = context;
  const { request } = run;
  const replaced = request !== undefined && !request.pairs.includes(pair);
  const isOld = status !== undefined && request?.lastWords[pair] === status.updatedAt;
  const said: PairState = status === undefined || (isOld && !replaced) ? 'waiting' : status.state;
  const since = said === 'waiting' ? request?.sentAt : status?.updatedAt;
  const silent = since === undefined ? 0 : secondsBetween(since, now);
  const loss =
    said === 'waiting' && request?.notStarted.includes(pair) === true
      ? 'its runner was not started'
      : ACTIVE.has(said) && !replaced
        ? lossOf(pair, silent, mostSilentSeconds(request?.options), context)
        : undefined;
  // What a lost pair did is over; its state says so, not its last word.
  const state = loss !== undefined ? 'lost' : replaced && ACTIVE.has(said) ? 'replaced' : said;
  const works = ACTIVE.has(state);
  const end = status === undefined ? now : works ? now : new Date(status.updatedAt);
  const soFar = status === undefined ? 0 : secondsBetween(status.startedAt, end);
  const left =
    works && said !== 'waiting' && status?.secondsLeft !== undefined
      ? Math.max(0, status.secondsLeft - silent)
      : undefined;
  const message = loss ?? status?.message;
  return {
    pair,
    state,
    measurements: status?.measurements ?? NO_CELLS,
    ...(state === 'running' && status?.measurement !== undefined
      ? { running: measurementText(status.measurement.planned, run.labels) }
      : {}),
    secondsSoFar: soFar,
    ...(left === undefined ? {} : { secondsLeft: left }),
    ...(status === undefined ? {} : { ageSeconds: secondsBetween(status.updatedAt, now) }),
    starts: status?.starts ?? 0,
    ...(message === undefined ? {} : { message }),
  };
};

/** What a plan comes to, with the most that its searches may take. */
const workOf = (
  targets: readonly Target[],
  options: PlanOptions,
): Pick<RunProgress, 'totalMeasurements' | 'searches'> => {
  const { length: searches } = buildSearches(targets, options);
  return {
    totalMeasurements: buildMeasurements(targets, options).length + searches * MOST_TRIALS,
    ...(searches === 0 ? {} : { searches }),
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
  const targets = request === undefined ? [] : buildTargets(request.options, request.strict);
  const known = { ...run, labels: targetLabels(targets) };
  const pairs = numbers.map((pair) => pairProgress(pair, statuses.get(pair), known, context));
  const current = pairs.filter(({ pair }) => request?.pairs.includes(pair) ?? true);
  return {
    runId,
    ...(request === undefined
      ? {}
      : {
          profile: request.options.profile,
          requestedAt: request.requestedAt,
          ...workOf(targets, request.options),
        }),
    state: pairs.some(isActive)
      ? 'running'
      : current.every(({ state }) => state === 'completed')
        ? 'completed'
        : 'incomplete',
    finishedMeasurements: current.reduce(
      (sum, pair) => sum + finishedMeasurements(pair),
      request?.keptMeasurements ?? 0,
    ),
    pairs,
  };
};
