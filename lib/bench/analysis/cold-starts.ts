import { type Measurement, type Target, targetId } from '../model/measurement.ts';
import type { CompletedMeasurement } from '../model/record.ts';
import { medianOf } from '../stats/moments.ts';
import { groupBy } from './group-by.ts';

/** Over all starts. */
interface StartTime {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** The cold starts of one target, over all levels and repeats. */
export interface ColdStart {
  readonly target: Target;
  readonly engine: Measurement['engine'];
  readonly starts: number;
  readonly timeToReadyMs: StartTime;
  readonly firstRequestMs: StartTime;
}

const startTime = (times: readonly number[]): StartTime => ({
  median: medianOf(times),
  min: Math.min(...times),
  max: Math.max(...times),
});

/** The cold starts of each target and engine, in the order of the measurements. */
export const coldStartsOf = (measurements: readonly CompletedMeasurement[]): ColdStart[] => {
  const cold = measurements.flatMap(({ measurement, start }) =>
    start === undefined || measurement.scenario !== 'cold' ? [] : [{ measurement, start }],
  );
  const groups = groupBy(
    cold,
    ({ measurement }) => `${targetId(measurement.target)}/${measurement.engine}`,
  );
  return [...groups.values()].map((group) => ({
    target: group[0].measurement.target,
    engine: group[0].measurement.engine,
    starts: group.length,
    timeToReadyMs: startTime(group.map(({ start }) => start.timeToReadyMs)),
    firstRequestMs: startTime(group.map(({ start }) => start.firstRequestMs)),
  }));
};
