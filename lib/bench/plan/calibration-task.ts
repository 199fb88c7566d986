import type { Encoding, Payload } from '../../../serving-configs/manifest.ts';
import type { Calibration } from '../model/record.ts';
import type { Target } from '../model/measurement.ts';
import type { Plan } from '../model/plan.ts';

/** How a known latency is measured: on which target, of which latency, by how many users and how long. */
export interface CalibrationTask extends Pick<Calibration, 'target' | 'virtualUsers' | 'delayMs'> {
  readonly warmupSeconds: number;
  readonly durationSeconds: number;
}

/** All of the middleware's work first, and then what makes that work less. */
const PAYLOADS: readonly Payload[] = ['tensor', 'image', 'tensor_fullsize'];
const ENCODINGS: readonly Encoding[] = ['raw', 'binary', 'form', 'base64', 'json'];

/** The serving rests only where the way through the rig takes three times its delay. */
const USERS = 4;
const DELAY_MS = 25;
/** Where the middleware takes long for a request: what is known is the delay, and must be more than that. */
const LONG_DELAY_MS = 150;

const WARMUP_SECONDS = 0.5;
/** As long as the plan's windows, but no longer than this: a long run gains nothing from more. */
const MOST_SECONDS = 2;
/** A short run does not wait for it, but one request at the edge must not be more than a twentieth. */
const LEAST_REQUESTS = 20;

/** Whether the plan's middleware takes requests of the target one at a time. */
const isBlocking = ({ options }: Pick<Plan, 'options'>, { serving }: Target): boolean =>
  options.middleware?.blockingServings.includes(serving) ?? false;

/** Of two targets the one on which less stands between a known latency and its measurement; negative: the first. */
const compareTargets = (plan: Pick<Plan, 'options'>, one: Target, other: Target): number =>
  Number(isBlocking(plan, one)) - Number(isBlocking(plan, other)) ||
  PAYLOADS.indexOf(one.payload) - PAYLOADS.indexOf(other.payload) ||
  Number(one.protocol !== 'rest') - Number(other.protocol !== 'rest') ||
  ENCODINGS.indexOf(one.encoding) - ENCODINGS.indexOf(other.encoding);

/** How the known latency of a plan is measured; undefined where it has no target. Pure. */
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
