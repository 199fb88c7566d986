import type { Measurement } from '../model/measurement.ts';
import { loadSeconds } from '../plan/bypass-window.ts';
import { estimateSeconds, startsServing } from '../plan/estimate.ts';
import type { PlanPlace } from '../model/plan.ts';

/** Says how long the rest of a run takes. */
export interface TimeLeft {
  /** `before` is the measurement that ran before, undefined where the serving was started again. */
  readonly finished: (
    measurement: Measurement,
    before: Measurement | undefined,
    tookSeconds: number,
  ) => void;
  /** Seconds for these measurements, one after the other. */
  readonly of: (measurements: readonly Measurement[]) => number;
}

const medianOf = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/**
 * By what the finished measurements took beyond their warm-ups and windows, those that started a serving and those that did not
 * apart; by the plan's estimate until there are some of either kind. A median, since the first measurement of a target takes
 * longer: its answers are checked.
 */
export const createTimeLeft = (place?: Pick<PlanPlace, 'where' | 'runtime'>): TimeLeft => {
  const extraSeconds = { started: [] as number[], kept: [] as number[] };
  const extraOf = (starts: boolean): number => {
    const { started, kept } = extraSeconds;
    const known = starts ? started : kept;
    return medianOf(known.length > 0 ? known : started);
  };
  return {
    finished: (measurement, before, tookSeconds) => {
      const extra = Math.max(0, tookSeconds - loadSeconds(measurement));
      extraSeconds[startsServing(measurement, before) ? 'started' : 'kept'].push(extra);
    },
    of: (measurements) =>
      extraSeconds.started.length === 0
        ? estimateSeconds(measurements, place)
        : measurements.reduce(
            (sum, measurement, index) =>
              sum +
              loadSeconds(measurement) +
              extraOf(startsServing(measurement, measurements[index - 1])),
            0,
          ),
  };
};
