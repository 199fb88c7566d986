import { platformOf, runningServerOf, type PlatformName } from '../../../serving-configs/index.ts';
import type { Plan } from '../model/plan.ts';
import type { CompletedMeasurement } from '../model/record.ts';
import { groupBy } from './group-by.ts';
import { medianOf } from '../stats/moments.ts';

/** What a platform takes of a machine before anybody asks it something; medians over all its starts. */
export interface PlatformUsage {
  readonly platform: PlatformName;
  /** Of its image, or of its packages. */
  readonly sizeMiB?: number;
  readonly timeToReadyMs?: number;
  readonly idleMemoryMiB?: number;
  /** The most that was in use in a measurement: of the whole GPU, on which nothing else runs. */
  readonly gpuMemoryMiB?: number;
}

const medianOfSome = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : medianOf(values);

/**
 * What a run shows of the platforms themselves: nothing of one that a stand-in or the simulated server stood for, and nothing of
 * servers that ran already.
 */
export const platformUsageOf = (
  { runtime, served }: Pick<Plan, 'runtime' | 'served'>,
  measurements: readonly CompletedMeasurement[],
): readonly PlatformUsage[] => {
  const own = measurements.filter(
    ({ measurement: { engine, target } }) =>
      engine === 'onnx' &&
      runtime !== 'simulated' &&
      served?.[target.serving]?.real !== false &&
      runningServerOf(target.serving) === undefined,
  );
  const byPlatform = groupBy(own, ({ measurement }) => platformOf(measurement.target.serving));
  return [...byPlatform.values()].map((group) => {
    const { serving } = group[0].measurement.target;
    const starts = group.flatMap(({ start }) => start ?? []);
    const gpu = group.flatMap(({ nodes }) => nodes?.serving?.gpu?.memoryUsedMiB ?? []);
    const by = served?.[serving];
    return {
      platform: platformOf(serving),
      sizeMiB: by?.standIn === undefined ? by?.imageMiB : undefined,
      timeToReadyMs: medianOfSome(starts.map((start) => start.timeToReadyMs)),
      idleMemoryMiB: medianOfSome(starts.flatMap((start) => start.idleMemoryMiB ?? [])),
      gpuMemoryMiB: gpu.length === 0 ? undefined : Math.max(...gpu),
    };
  });
};
