import { number, object, type Static } from '../../../serving-configs/schema.ts';
import { engineSchema, targetSchema } from '../model/measurement.ts';
import { targetId } from '../model/measurement.ts';
import type { CompletedMeasurement } from '../model/record.ts';
import { medianOf } from '../stats/moments.ts';
import { groupBy } from './group-by.ts';

const startTimeSchema = object(
  {
    median: number(),
    min: number(),
    max: number(),
  },
  'Over all starts.',
);

type StartTime = Static<typeof startTimeSchema>;

export const coldStartSchema = object(
  {
    target: targetSchema,
    engine: engineSchema,
    starts: number(),
    timeToReadyMs: startTimeSchema,
    firstRequestMs: startTimeSchema,
  },
  'The cold starts of one target, over all levels and repeats.',
);
export interface ColdStart extends Static<typeof coldStartSchema> {}

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
