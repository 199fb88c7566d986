import { type Measurement, targetId } from '../model/measurement.ts';
import { calibrationTaskOf } from './calibration-task.ts';
import { HERE, type Plan, type PlanHost } from '../model/plan.ts';

/** The warm-up of a bypass run, as a share of its window. Connections and client code are cold; the serving is not. */
const WARMUP_SHARE = 0.25;

/**
 * The times of the bypass run of a measurement; undefined if it has none. The bypass run follows the window through the middleware,
 * so that a cold serving is still cold in that window.
 */
export const bypassWindowOf = ({
  bypassSeconds = 0,
}: Measurement): Pick<Measurement, 'warmupSeconds' | 'durationSeconds'> | undefined =>
  bypassSeconds === 0
    ? undefined
    : { warmupSeconds: bypassSeconds * WARMUP_SHARE, durationSeconds: bypassSeconds };

/** Answers to one user after another that make a window worth measuring. */
const ANSWERS_PER_WINDOW = 10;

/** The `--duration`, in whole seconds, of a window in which a target answers often enough. */
export const secondsToAnswer = (requestMs: number): number =>
  Math.ceil((ANSWERS_PER_WINDOW * requestMs) / 1000);

/** Seconds of load in a measurement, through the middleware and in the bypass run, with both warm-ups. */
export const loadSeconds = (measurement: Measurement): number => {
  const bypass = bypassWindowOf(measurement);
  return (
    measurement.warmupSeconds +
    measurement.durationSeconds +
    (bypass === undefined ? 0 : bypass.warmupSeconds + bypass.durationSeconds)
  );
};

/** Seconds besides warm-ups and windows, on two cores. A run replaces them with what it measures. */
const SECONDS = { load: 0.2, start: { onnx: 0.8, noop: 0.5, delay: 0.5 }, check: 0.4 } as const;

/** From the start of a real server until its model answers. In a container, it first loads the model onto the GPU. */
const PLATFORM_START_SECONDS = {
  simulated: undefined,
  venv: 4,
  docker: 10,
  container: 30,
  running: 0,
} as const;

/** How long a command to the serving node takes. */
const COMMAND_SECONDS = 2;

/** Where a plan runs, and how its servings start there. */
export type RunHost = Pick<PlanHost, 'where' | 'runtime'>;

const startSeconds = ({ engine }: Measurement, { where, runtime }: RunHost): number =>
  ((engine === 'onnx' ? PLATFORM_START_SECONDS[runtime] : undefined) ?? SECONDS.start[engine]) +
  (where === 'aws' ? COMMAND_SECONDS : 0);

/** For each measurement of a list, whether the serving is started for it. */
export const startsFor = (measurements: readonly Measurement[]): readonly boolean[] => {
  const started = new Set<string>();
  return measurements.map((measurement) => {
    const group = groupOf(measurement);
    const isFirst = !started.has(group);
    started.add(group);
    return isFirst || measurement.scenario === 'cold';
  });
};

/** The group of a measurement. In `warm`, the measurements of a group share one serving process. */
export const groupOf = ({ target, engine, scenario, repeat }: Measurement): string =>
  `r${repeat}/${targetId(target)}/${engine}/${scenario}`;

/** Seconds that these measurements take, without building the model. */
export const estimateSeconds = (
  measurements: readonly Measurement[],
  host: RunHost = HERE,
): number => {
  const checks = new Set(measurements.map(({ target, engine }) => `${targetId(target)}/${engine}`))
    .size;
  const starts = startsFor(measurements);
  const measurementSeconds = measurements.map(
    (measurement, index) =>
      loadSeconds(measurement) +
      SECONDS.load * (bypassWindowOf(measurement) === undefined ? 1 : 2) +
      // A command reads the usage of the serving node.
      (host.where === 'aws' ? COMMAND_SECONDS : 0) +
      (starts[index] === true ? startSeconds(measurement, host) : 0),
  );
  return measurementSeconds.reduce((sum, seconds) => sum + seconds, checks * SECONDS.check);
};

/** Seconds that the calibration takes if its first attempt passes. */
export const calibrationSeconds = (
  plan: Pick<Plan, 'options' | 'targets' | 'measurements'>,
): number => {
  const task = calibrationTaskOf(plan);
  if (task === undefined) return 0;
  return SECONDS.start.delay + SECONDS.load + task.warmupSeconds + task.durationSeconds;
};
