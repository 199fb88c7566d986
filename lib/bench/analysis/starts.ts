import {
  number,
  object,
  type Static,
  as,
  optional,
  string,
} from '../../../serving-configs/schema.ts';
import { engineSchema, targetSchema, targetId } from '../model/measurement.ts';
import type { CompletedMeasurement } from '../model/record.ts';
import { medianOf } from '../stats/moments.ts';
import { groupBy } from './group-by.ts';
import { platformOf, isRunningServer, type PlatformName } from '../../../serving-configs/index.ts';
import type { Plan } from '../model/plan.ts';

const startTimeSchema = object(
  { median: number(), min: number(), max: number() },
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

export const platformUsageSchema = object(
  {
    platform: as<PlatformName>(string()),
    sizeMiB: optional(number('Of its image.')),
    timeToReadyMs: optional(number()),
    idleMemoryMiB: optional(number()),
    gpuMemoryMiB: optional(
      number('Maximum over all measurements, of the whole GPU, on which nothing else runs.'),
    ),
  },
  'What a platform needs before its first request: medians over all its starts.',
);
export interface PlatformUsage extends Static<typeof platformUsageSchema> {}

const medianIfAny = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : medianOf(values);

/** The use of each platform. Leaves out stand-ins, the simulated server, and servers that were already running. */
export const platformUsageOf = (
  { runtime, served }: Pick<Plan, 'runtime' | 'served'>,
  measurements: readonly CompletedMeasurement[],
): readonly PlatformUsage[] => {
  const ofPlatforms = measurements.filter(
    ({ measurement: { engine, target } }) =>
      engine === 'onnx' &&
      runtime !== 'simulated' &&
      served?.[target.serving]?.real !== false &&
      !isRunningServer(target.serving),
  );
  const byPlatform = groupBy(ofPlatforms, ({ measurement }) =>
    platformOf(measurement.target.serving),
  );
  return [...byPlatform.values()].map((group) => {
    const { serving } = group[0].measurement.target;
    const starts = group.flatMap(({ start }) => start ?? []);
    const gpu = group.flatMap(({ nodes }) => nodes?.serving?.gpu?.memoryUsedMiB ?? []);
    const servedBy = served?.[serving];
    return {
      platform: platformOf(serving),
      sizeMiB: servedBy?.standIn === undefined ? servedBy?.imageMiB : undefined,
      timeToReadyMs: medianIfAny(starts.map((start) => start.timeToReadyMs)),
      idleMemoryMiB: medianIfAny(starts.flatMap((start) => start.idleMemoryMiB ?? [])),
      gpuMemoryMiB: gpu.length === 0 ? undefined : Math.max(...gpu),
    };
  });
};
