import { searchProgress } from '../analysis/slo/search.ts';
import {
  tuningProgress,
  type TunedPlan,
  type TuningProgress,
} from '../analysis/tuning/progress.ts';
import type { Measurement } from '../model/measurement.ts';
import type { Plan, PlanHost } from '../model/plan.ts';
import type { ResultRecord } from '../model/record.ts';
import { MAX_TRIALS, trialMeasurement, EXPECTED_TRIALS } from '../plan/slo-search.ts';
import { estimateSeconds, loadSeconds, startsFor } from '../plan/estimate-duration.ts';
import { medianOf } from '../stats/moments.ts';

/** The next measurement and its position in the run. */
export interface QueuedMeasurement {
  readonly measurement: Measurement;
  /** 1 for the first of the run. */
  readonly number: number;
  /** Number of measurements in the run; unfinished searches count with their maximum number of trials. */
  readonly total: number;
  /** Set if `total` is an upper bound, because a search is unfinished. */
  readonly isBound?: true;
  /** This measurement and those expected after it; unfinished searches count with their usual number of trials. */
  readonly rest: readonly Measurement[];
}

interface MeasurementQueue {
  /** Number of measurements in the run; searches count with their maximum number of trials, those for settings with the expected one. */
  readonly total: number;
  /** The next measurement without a record; undefined if the run is over. */
  readonly next: () => QueuedMeasurement | undefined;
  /** Adds a record, which the next trial of a search may depend on. */
  readonly note: (record: ResultRecord) => void;
}

const repeated = (measurement: Measurement, times: number): readonly Measurement[] =>
  Array.from({ length: Math.max(1, times) }, () => measurement);

/**
 * Queues the measurements that are not done, in order, and then the trials of the searches, one search after the other.
 *
 * @param measurements those of this runner
 * @param records all records so far, also those of earlier starts
 */
export const createMeasurementQueue = (
  { searches = [], tuned }: Pick<Plan, 'searches'> & { readonly tuned?: TunedPlan | undefined },
  measurements: readonly Measurement[],
  isDone: (measurement: Measurement) => boolean,
  records: readonly ResultRecord[],
): MeasurementQueue => {
  const known = [...records];
  const waiting = measurements.flatMap((measurement, index) =>
    isDone(measurement) ? [] : [{ measurement, number: index + 1 }],
  );
  const tuningState = (): TuningProgress | undefined => tuned && tuningProgress(tuned, known);
  const { done: tried = 0, rest: expected = [] } = tuningState() ?? {};
  const most = measurements.length + searches.length * MAX_TRIALS + tried + expected.length;
  const nextOfTuning = (): QueuedMeasurement | undefined => {
    const { next, done = 0, rest = [] } = tuningState() ?? {};
    if (next === undefined) return undefined;
    const before = measurements.length + done;
    return {
      measurement: next,
      number: before + 1,
      total: before + rest.length,
      isBound: true,
      rest,
    };
  };
  const nextTrial = (): QueuedMeasurement | undefined => {
    const states = searches.map((search) => searchProgress(search, known));
    const measurement = states.find(({ next }) => next !== undefined)?.next;
    if (measurement === undefined) return nextOfTuning();
    const done = states.reduce((sum, { trials }) => sum + trials.length, 0);
    const remaining = states.reduce(
      (sum, { next, trials }) => sum + (next === undefined ? 0 : MAX_TRIALS - trials.length),
      0,
    );
    return {
      measurement,
      number: measurements.length + done + 1,
      total: measurements.length + done + remaining,
      isBound: true,
      rest: states.flatMap(({ next, trials }) =>
        next === undefined ? [] : repeated(next, EXPECTED_TRIALS - trials.length),
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
        repeated(trialMeasurement(search, Number.MAX_SAFE_INTEGER), EXPECTED_TRIALS),
      );
      return {
        ...fixed,
        total: most,
        isBound: searches.length === 0 && tuned === undefined ? undefined : true,
        rest: [
          fixed.measurement,
          ...waiting.map(({ measurement }) => measurement),
          ...trials,
          ...(tuningState()?.rest ?? []),
        ],
      };
    },
  };
};

/** Estimates how long the rest of a run takes. */
export interface TimeLeft {
  /** Learns from a finished measurement, and whether its serving was started for it. */
  readonly finished: (measurement: Measurement, wasStarted: boolean, tookSeconds: number) => void;
  /** Learns how long a serving took that was started beside others, before its measurements. */
  readonly startedBeside: (tookSeconds: number) => void;
  /** Seconds that these measurements take in this order. */
  readonly of: (measurements: readonly Measurement[]) => number;
}

/**
 * Estimates from the median overhead of finished measurements, besides warm-up and window, separately for those that started the
 * serving. The median ignores the answer checks in the first measurement of each target. Until a measurement has finished, the
 * estimate is that of the plan.
 */
export const createTimeLeft = (host?: Pick<PlanHost, 'where' | 'runtime'>): TimeLeft => {
  const overheadSeconds = { started: [] as number[], kept: [] as number[], beside: [] as number[] };
  const overheadOf = (starts: boolean): number => {
    const { started, kept, beside } = overheadSeconds;
    const usual = medianOf(kept.length > 0 ? kept : started);
    if (!starts) return usual;
    // The first measurement of a server that was started beside others has the overhead of those that keep theirs.
    return beside.length > 0
      ? medianOf(beside) + usual
      : medianOf(started.length > 0 ? started : kept);
  };
  return {
    finished: (measurement, wasStarted, tookSeconds) => {
      const overhead = Math.max(0, tookSeconds - loadSeconds(measurement));
      overheadSeconds[wasStarted ? 'started' : 'kept'].push(overhead);
    },
    startedBeside: (tookSeconds) => {
      overheadSeconds.beside.push(tookSeconds);
    },
    of: (measurements) => {
      const { started, kept } = overheadSeconds;
      if (started.length + kept.length === 0) return estimateSeconds(measurements, host);
      const starts = startsFor(measurements);
      return measurements.reduce(
        (sum, measurement, index) =>
          sum + loadSeconds(measurement) + overheadOf(starts[index] === true),
        0,
      );
    },
  };
};
