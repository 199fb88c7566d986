import { TENSORS, type Encoding } from '../../../serving-configs/manifest.ts';
import type { Calibration } from '../model/record.ts';
import { wireOf, type Target } from '../model/measurement.ts';
import type { Plan } from '../model/plan.ts';

/** How the calibration measures a known latency. */
export interface CalibrationTask extends Pick<Calibration, 'target' | 'virtualUsers' | 'delayMs'> {
  readonly warmupSeconds: number;
  readonly durationSeconds: number;
}

/** In the order of preference. */
const PAYLOAD_RANKS: Readonly<Record<Target['payload'], number>> = {
  tensor: 0,
  image: 1,
  tensor_fullsize: 2,
  tensors: 3,
};
const ENCODING_RANKS: Readonly<Record<Encoding, number>> = {
  raw: 0,
  binary: 1,
  form: 2,
  base64: 3,
  json: 4,
};

/** With four users, the serving is idle only if the rig adds more than three times the delay. */
const USERS = 4;
const DELAY_MS = 25;
/** For requests that take the middleware long; the delay must be longer than that. */
const LONG_DELAY_MS = 150;
/** The longest delay that a node accepts. */
const MAX_DELAY_MS = 9999;

const WARMUP_SECONDS = 0.5;
/** A longer window gains nothing. */
const MAX_SECONDS = 2;
/** So that a single delayed request is no more than a twentieth of all. */
const MIN_REQUESTS = 20;

/** Whether the plan's middleware handles requests of the target one at a time. */
const isBlocking = ({ options }: Pick<Plan, 'options'>, { serving }: Target): boolean =>
  options.middleware?.blockingServings.includes(serving) ?? false;

/** Orders targets by how little work surrounds the known latency, the least first. */
const compareTargets = (plan: Pick<Plan, 'options'>, a: Target, b: Target): number =>
  Number(isBlocking(plan, a)) - Number(isBlocking(plan, b)) ||
  PAYLOAD_RANKS[a.payload] - PAYLOAD_RANKS[b.payload] ||
  Number(a.protocol !== 'rest') - Number(b.protocol !== 'rest') ||
  ENCODING_RANKS[a.encoding] - ENCODING_RANKS[b.encoding];

const minSeconds = (delayMs: number): number => (MIN_REQUESTS * delayMs) / 1000;

/**
 * Lengthens the delay for a user's model, whose tensors may be of any size. If the rig took longer per request than the delay, users
 * would wait for the rig instead of the serving, and the measured latency would not be the known one.
 *
 * @param rigMs how long the rig takes for a request
 */
export const onSlowRig = (task: CalibrationTask, rigMs: number): CalibrationTask => {
  if (task.target.payload !== TENSORS || rigMs <= task.delayMs) return task;
  const delayMs = Math.min(MAX_DELAY_MS, Math.ceil(2 * rigMs));
  return {
    ...task,
    delayMs,
    // From then on, every user waits for all others.
    warmupSeconds: Math.max(task.warmupSeconds, ((task.virtualUsers + 1) * delayMs) / 1000),
    durationSeconds: Math.max(task.durationSeconds, minSeconds(delayMs)),
  };
};

/** The calibration of a plan; undefined if the plan has no target. */
export const calibrationTaskOf = (
  plan: Pick<Plan, 'options' | 'targets' | 'measurements'>,
): CalibrationTask | undefined => {
  const [target] = plan.targets.toSorted((a, b) => compareTargets(plan, a, b));
  if (target === undefined) return undefined;
  // With a blocking middleware, a second user would wait there instead of at the serving.
  const blocking = isBlocking(plan, target);
  const delayMs = blocking || target.payload === 'tensor_fullsize' ? LONG_DELAY_MS : DELAY_MS;
  const longest = Math.max(0, ...plan.measurements.map(({ durationSeconds }) => durationSeconds));
  return {
    // The known latency has no settings.
    target: wireOf(target),
    virtualUsers: blocking ? 1 : USERS,
    delayMs,
    warmupSeconds: WARMUP_SECONDS,
    durationSeconds: Math.max(
      // Windows that the run chooses are shorter than the calibration may be.
      plan.options.windows === 'chosen' ? MAX_SECONDS : Math.min(MAX_SECONDS, longest),
      minSeconds(delayMs),
    ),
  };
};
