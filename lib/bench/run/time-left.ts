import type { Measurement } from '../model/measurement.ts';
import type { PlanHost } from '../model/plan.ts';
import { estimateSeconds, loadSeconds, startsServing } from '../plan/estimate-duration.ts';
import { medianOf } from '../stats/moments.ts';

/** Estimates how long the rest of a run takes. */
export interface TimeLeft {
  /**
   * Learns from a finished measurement.
   *
   * @param before the previous measurement of the same running serving; undefined if the serving was started
   */
  readonly finished: (
    measurement: Measurement,
    before: Measurement | undefined,
    tookSeconds: number,
  ) => void;
  /** Seconds that these measurements take in this order. */
  readonly of: (measurements: readonly Measurement[]) => number;
}

/**
 * Estimates from the median overhead of finished measurements, besides warm-up and window, separately for those that started the
 * serving. The median ignores the answer checks in the first measurement of each target. Until a measurement has finished, the
 * estimate is that of the plan.
 */
export const createTimeLeft = (host?: Pick<PlanHost, 'where' | 'runtime'>): TimeLeft => {
  const overheadSeconds = { started: [] as number[], kept: [] as number[] };
  const overheadOf = (starts: boolean): number => {
    const { started, kept } = overheadSeconds;
    const known = starts ? started : kept;
    return medianOf(known.length > 0 ? known : started);
  };
  return {
    finished: (measurement, before, tookSeconds) => {
      const overhead = Math.max(0, tookSeconds - loadSeconds(measurement));
      overheadSeconds[startsServing(measurement, before) ? 'started' : 'kept'].push(overhead);
    },
    of: (measurements) =>
      overheadSeconds.started.length === 0
        ? estimateSeconds(measurements, host)
        : measurements.reduce(
            (sum, measurement, index) =>
              sum +
              loadSeconds(measurement) +
              overheadOf(startsServing(measurement, measurements[index - 1])),
            0,
          ),
  };
};
