import { medianOf } from '../stats/moments.ts';
import { searchProgress } from '../analysis/slo/search-progress.ts';
import type { Measurement } from '../model/measurement.ts';
import type { Plan, PlanPlace } from '../model/plan.ts';
import type { ResultRecord } from '../model/record.ts';
import { loadSeconds, estimateSeconds, startsServing } from '../plan/estimate.ts';
import { MOST_TRIALS, trialMeasurement, USUAL_TRIALS } from '../plan/slo-search.ts';

/** Says how long the rest of a run takes. */
export interface TimeLeft {
  /** `before` is the measurement that ran before, undefined if the serving was started again. */
  readonly finished: (
    measurement: Measurement,
    before: Measurement | undefined,
    tookSeconds: number,
  ) => void;
  /** Seconds for these measurements, one after the other. */
  readonly of: (measurements: readonly Measurement[]) => number;
}

/**
 * Estimated from what finished measurements took besides warm-ups and windows, with and without a start of the serving; until
 * there are any, by the plan's estimate. A median, since the first measurement of a target also checks answers.
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

/** The next measurement, and what comes after it as far as known. */
export interface QueuedMeasurement {
  readonly measurement: Measurement;
  /** 1 for the first of the run. */
  readonly number: number;
  /** Measurements of the run, with the trials of completed searches and the most trials of the others. */
  readonly total: number;
  /** Set if the total is an upper bound, since a search is not over. */
  readonly isBound?: true;
  /** This measurement and those after it; of searches, the usual number of trials. */
  readonly rest: readonly Measurement[];
}

/** Gives out the measurements of a run one by one. */
interface MeasurementQueue {
  /** Measurements of the run, with the most trials of searches. */
  readonly total: number;
  /** The next measurement without a record; undefined if the run is over. */
  readonly next: () => QueuedMeasurement | undefined;
  /** Takes the record of a measurement, which searches depend on. */
  readonly note: (record: ResultRecord) => void;
}

const repeated = (measurement: Measurement, times: number): readonly Measurement[] =>
  Array.from({ length: Math.max(1, times) }, () => measurement);

/**
 * The measurements in order, without completed ones, and then the trials of the plan's searches, one search after the other.
 *
 * @param measurements those of this runner
 * @param records what is known, also of earlier starts
 */
export const createMeasurementQueue = (
  { searches = [] }: Pick<Plan, 'searches'>,
  measurements: readonly Measurement[],
  isDone: (measurement: Measurement) => boolean,
  records: readonly ResultRecord[],
): MeasurementQueue => {
  const known = [...records];
  const waiting = measurements.flatMap((measurement, index) =>
    isDone(measurement) ? [] : [{ measurement, number: index + 1 }],
  );
  const most = measurements.length + searches.length * MOST_TRIALS;
  const nextTrial = (): QueuedMeasurement | undefined => {
    const states = searches.map((search) => searchProgress(search, known));
    const measurement = states.find(({ next }) => next !== undefined)?.next;
    if (measurement === undefined) return undefined;
    const done = states.reduce((sum, { trials }) => sum + trials.length, 0);
    const toCome = states.reduce(
      (sum, { next, trials }) => sum + (next === undefined ? 0 : MOST_TRIALS - trials.length),
      0,
    );
    return {
      measurement,
      number: measurements.length + done + 1,
      total: measurements.length + done + toCome,
      isBound: true,
      rest: states.flatMap(({ next, trials }) =>
        next === undefined ? [] : repeated(next, USUAL_TRIALS - trials.length),
      ),
    };
  };
  return {
    total: most,
    note: (record) => void known.push(record),
    next: () => {
      const fixed = waiting.shift();
      if (fixed === undefined) return nextTrial();
      const trials = searches.flatMap((search) =>
        repeated(trialMeasurement(search, Number.MAX_SAFE_INTEGER), USUAL_TRIALS),
      );
      return {
        ...fixed,
        total: most,
        isBound: searches.length === 0 ? undefined : true,
        rest: [fixed.measurement, ...waiting.map(({ measurement }) => measurement), ...trials],
      };
    },
  };
};
