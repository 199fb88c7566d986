import {
  as,
  number,
  object,
  optional,
  string,
  type Static,
} from '../../../serving-configs/schema.ts';
import { platformOf, runningServerOf, type PlatformName } from '../../../serving-configs/index.ts';
import type { Plan } from '../model/plan.ts';
import type { CompletedMeasurement } from '../model/record.ts';
import { groupBy } from './group-by.ts';
import { medianOf } from '../stats/moments.ts';

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
      runningServerOf(target.serving) === undefined,
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
