import { targetId } from '../model/measurement.ts';
import type { CompletedMeasurement } from '../model/record.ts';
import { groupBy } from './group-by.ts';
import { medianOverRepeats } from './over-repeats.ts';
import type { ColdStart } from './summary-row.ts';

/**
 * The cold starts of the serving behind each target and engine, over all levels and repeats, in the order of the targets.
 * `value` is the median of the starts.
 */
export const coldStartsOf = (measurements: readonly CompletedMeasurement[]): ColdStart[] => {
  const cold = measurements.flatMap(({ measurement, start }) =>
    start === undefined || measurement.scenario !== 'cold' ? [] : [{ measurement, start }],
  );
  const groups = groupBy(
    cold,
    ({ measurement }) => `${targetId(measurement.target)}/${measurement.engine}`,
  );
  return [...groups.values()].flatMap((group) => {
    const starts = group.map(({ start }) => start);
    const timeToReadyMs = medianOverRepeats(starts.map((start) => start.timeToReadyMs));
    const firstRequestMs = medianOverRepeats(starts.map((start) => start.firstRequestMs));
    if (timeToReadyMs === undefined || firstRequestMs === undefined) return [];
    const { target, engine } = group[0].measurement;
    return [{ target, engine, starts: starts.length, timeToReadyMs, firstRequestMs }];
  });
};
