import { TENSORS, type Encoding } from '../../../serving-configs/manifest.ts';
import type { Calibration } from '../model/record.ts';
import type { Target } from '../model/measurement.ts';
import type { Plan } from '../model/plan.ts';

/** How a known latency is measured: target, latency, users and times. */
export interface CalibrationTask extends Pick<Calibration, 'target' | 'virtualUsers' | 'delayMs'> {
  readonly warmupSeconds: number;
  readonly durationSeconds: number;
}

/** First what needs all of the middleware's work, then what needs less. */
const PAYLOADS: readonly Target['payload'][] = ['tensor', 'image', 'tensor_fullsize', 'tensors'];
const ENCODINGS: readonly Encoding[] = ['raw', 'binary', 'form', 'base64', 'json'];

/** The serving is idle only if the way through the rig takes three times its delay. */
const USERS = 4;
const DELAY_MS = 25;
/** For requests that take the middleware long: the delay must be longer than that. */
const LONG_DELAY_MS = 150;
/** What a node takes. */
const MOST_DELAY_MS = 9999;

const WARMUP_SECONDS = 0.5;
/** As long as the plan's windows, at most: more gains nothing. */
const MOST_SECONDS = 2;
/** One request at the edge must not be more than a twentieth, even in a short run. */
const LEAST_REQUESTS = 20;

/** Whether the plan's middleware takes requests of the target one at a time. */
const isBlocking = ({ options }: Pick<Plan, 'options'>, { serving }: Target): boolean =>
  options.middleware?.blockingServings.includes(serving) ?? false;

/** Orders targets by how little stands between a known latency and its measurement; negative: the first. */
const compareTargets = (plan: Pick<Plan, 'options'>, one: Target, other: Target): number =>
  Number(isBlocking(plan, one)) - Number(isBlocking(plan, other)) ||
  PAYLOADS.indexOf(one.payload) - PAYLOADS.indexOf(other.payload) ||
  Number(one.protocol !== 'rest') - Number(other.protocol !== 'rest') ||
  ENCODINGS.indexOf(one.encoding) - ENCODINGS.indexOf(other.encoding);

const leastSeconds = (delayMs: number): number => (LEAST_REQUESTS * delayMs) / 1000;

/**
 * The same on a rig that spends so much on a request of a user's model, whose tensors may be of any size: were that more than the
 * delay, users would wait for the rig and not for the serving, and the measured latency would be another one than the known.
 */
export const onSlowRig = (task: CalibrationTask, rigMs: number): CalibrationTask => {
  if (task.target.payload !== TENSORS || rigMs <= task.delayMs) return task;
  const delayMs = Math.min(MOST_DELAY_MS, Math.ceil(2 * rigMs));
  return {
    ...task,
    delayMs,
    // Only then do all users wait their full turn.
    warmupSeconds: Math.max(task.warmupSeconds, ((task.virtualUsers + 1) * delayMs) / 1000),
    durationSeconds: Math.max(task.durationSeconds, leastSeconds(delayMs)),
  };
};

/** How the known latency of a plan is measured; undefined if it has no target. */
export const calibrationTaskOf = (
  plan: Pick<Plan, 'options' | 'targets' | 'measurements'>,
): CalibrationTask | undefined => {
  const [target] = plan.targets.toSorted((one, other) => compareTargets(plan, one, other));
  if (target === undefined) return undefined;
  // A second user would wait at such a middleware, and not at the serving.
  const blocking = isBlocking(plan, target);
  const delayMs = blocking || target.payload === 'tensor_fullsize' ? LONG_DELAY_MS : DELAY_MS;
  const longest = Math.max(0, ...plan.measurements.map(({ durationSeconds }) => durationSeconds));
  return {
    target,
    virtualUsers: blocking ? 1 : USERS,
    delayMs,
    warmupSeconds: WARMUP_SECONDS,
    durationSeconds: Math.max(Math.min(MOST_SECONDS, longest), leastSeconds(delayMs)),
  };
};
