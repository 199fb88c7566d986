import type { Encoding } from '../../../serving-configs/manifest.ts';
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
    durationSeconds: Math.max(Math.min(MOST_SECONDS, longest), (LEAST_REQUESTS * delayMs) / 1000),
  };
};
