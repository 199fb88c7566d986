import { type Measurement, targetId } from '../model/measurement.ts';
import { calibrationTaskOf } from './calibration-task.ts';
import { HERE, type Plan, type PlanPlace } from '../model/plan.ts';

/** At first connections and the client's code are cold; the serving is not. */
const WARMUP_SHARE = 0.25;

/**
 * The times of a measurement's bypass run: the same load straight to the serving, after the window through the middleware, so
 * that a cold serving is still cold for the window. Undefined if there is none.
 */
export const bypassWindowOf = ({
  bypassSeconds = 0,
}: Measurement): Pick<Measurement, 'warmupSeconds' | 'durationSeconds'> | undefined =>
  bypassSeconds === 0
    ? undefined
    : { warmupSeconds: bypassSeconds * WARMUP_SHARE, durationSeconds: bypassSeconds };

/** Seconds of load of a measurement, through the middleware and directly, with both warm-ups. */
export const loadSeconds = (measurement: Measurement): number => {
  const direct = bypassWindowOf(measurement);
  return (
    measurement.warmupSeconds +
    measurement.durationSeconds +
    (direct === undefined ? 0 : direct.warmupSeconds + direct.durationSeconds)
  );
};

/** Seconds besides warm-ups and windows, on two cores; a run replaces them by what it measures. */
const SECONDS = { load: 0.2, start: { onnx: 0.8, noop: 0.5, delay: 0.5 }, check: 0.4 } as const;

/** From the start of a real server until its model answers; on a GPU the model is loaded there first. */
const PLATFORM_START_SECONDS = {
  simulated: undefined,
  venv: 10,
  docker: 10,
  container: 30,
  running: 0,
} as const;

/** A command to the serving node, from its sending to its answer. */
const COMMAND_SECONDS = 2;

type Place = Pick<PlanPlace, 'where' | 'runtime'>;

const startSeconds = ({ engine }: Measurement, { where, runtime }: Place): number =>
  ((engine === 'onnx' ? PLATFORM_START_SECONDS[runtime] : undefined) ?? SECONDS.start[engine]) +
  (where === 'aws' ? COMMAND_SECONDS : 0);

/** Whether the serving is started again for a measurement, given the one before. */
export const startsServing = (measurement: Measurement, before: Measurement | undefined): boolean =>
  measurement.scenario === 'cold' ||
  before === undefined ||
  groupOf(measurement) !== groupOf(before);

/** Measurements of one group run one after the other and, in `warm`, share one serving process. */
const groupOf = ({ target, engine, scenario, repeat }: Measurement): string =>
  `r${repeat}/${targetId(target)}/${engine}/${scenario}`;

/** Seconds that a run of these measurements takes, without the building of the model. */
export const estimateSeconds = (
  measurements: readonly Measurement[],
  place: Place = HERE,
): number => {
  const checks = new Set(measurements.map(({ target, engine }) => `${targetId(target)}/${engine}`))
    .size;
  const measurementSeconds = measurements.map(
    (measurement, index) =>
      loadSeconds(measurement) +
      SECONDS.load * (bypassWindowOf(measurement) === undefined ? 1 : 2) +
      // The serving node says after each what it used.
      (place.where === 'aws' ? COMMAND_SECONDS : 0) +
      (startsServing(measurement, measurements[index - 1]) ? startSeconds(measurement, place) : 0),
  );
  return measurementSeconds.reduce((sum, seconds) => sum + seconds, checks * SECONDS.check);
};

/** Seconds that the calibration takes if it is right at once. */
export const calibrationSeconds = (
  plan: Pick<Plan, 'options' | 'targets' | 'measurements'>,
): number => {
  const task = calibrationTaskOf(plan);
  if (task === undefined) return 0;
  return SECONDS.start.delay + SECONDS.load + task.warmupSeconds + task.durationSeconds;
};
