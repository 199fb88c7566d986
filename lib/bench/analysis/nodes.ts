import {
  described,
  number,
  object,
  optional,
  type Static,
} from '../../../serving-configs/schema.ts';
import { gpuThrottleSchema, addThrottles } from '../../aws/contract/gpu-throttle.ts';
import type { GpuFigures, NodeFigures } from '../../aws/contract/node-figures.ts';
import { sum, meanOf } from '../stats/moments.ts';
import type { CompletedMeasurement } from '../model/record.ts';
import { groupBy } from './group-by.ts';
import { rowKey } from '../model/measurement.ts';

export const nodeUseSchema = object(
  {
    samples: number('Number of samples in the windows.'),
    cpuBusyShare: number('Of all cores, 0 to 1.'),
    cpuStealShare: number(
      'CPU time that the hypervisor gave to other machines, 0 to 1. Above a few percent, figures are doubtful.',
    ),
    memoryUsedBytes: number('Maximum over the repeats.'),
    rxBytesPerSecond: number(),
    txBytesPerSecond: number(),
    gpu: optional(
      object(
        {
          utilisationPercent: number(),
          memoryUsedMiB: number(),
          smClockMeanMHz: number(),
          smClockMinMHz: number('Minimum over the repeats; a low clock shows throttling.'),
          throttle: optional(
            described(gpuThrottleSchema, 'Over all repeats; absent if the GPU does not report it.'),
          ),
        },
        'Absent if the node has no GPU.',
      ),
    ),
  },
  "Resource use of one node in the windows of a row's repeats. Means are weighted by samples, one a second.",
);
export interface NodeUse extends Static<typeof nodeUseSchema> {}

const SAMPLE_SECONDS = 1;

const gpuUse = (figures: readonly NodeFigures[]): NodeUse['gpu'] => {
  const readings = figures.flatMap(({ gpu, samples }) =>
    gpu === undefined ? [] : [{ ...gpu, samples }],
  );
  const samples = sum(readings.map((reading) => reading.samples));
  if (samples === 0) return undefined;
  const mean = (valueOf: (reading: GpuFigures) => number): number =>
    sum(readings.map((reading) => valueOf(reading) * reading.samples)) / samples;
  return {
    utilisationPercent: mean(({ utilisationMeanPercent }) => utilisationMeanPercent),
    memoryUsedMiB: Math.max(...readings.map(({ memoryUsedMiB }) => memoryUsedMiB)),
    smClockMeanMHz: mean(({ smClockMeanMHz }) => smClockMeanMHz),
    smClockMinMHz: Math.min(...readings.map(({ smClockMinMHz }) => smClockMinMHz)),
    throttle: addThrottles(readings.flatMap(({ throttle }) => throttle ?? [])),
  };
};

/** Resource use of one node over the repeats of a row; undefined without samples. */
export const nodeUse = (repeats: readonly (NodeFigures | undefined)[]): NodeUse | undefined => {
  const figures = repeats.flatMap((repeat) =>
    repeat === undefined || repeat.samples === 0 ? [] : [repeat],
  );
  const total = (valueOf: (repeat: NodeFigures) => number): number => sum(figures.map(valueOf));
  const samples = total((repeat) => repeat.samples);
  if (samples === 0) return undefined;
  const seconds = samples * SAMPLE_SECONDS;
  return {
    samples,
    cpuBusyShare: total((repeat) => repeat.cpuBusyShare * repeat.samples) / samples,
    cpuStealShare: total((repeat) => repeat.cpuStealShare * repeat.samples) / samples,
    memoryUsedBytes: Math.max(...figures.map(({ memoryUsedBytes }) => memoryUsedBytes)),
    rxBytesPerSecond: total((repeat) => repeat.rxBytes) / seconds,
    txBytesPerSecond: total((repeat) => repeat.txBytes) / seconds,
    gpu: gpuUse(figures),
  };
};

export const pairSpreadSchema = object(
  {
    pair: number(),
    repeats: number(),
    rateShare: number(
      'Request rate of its repeats ÷ the geometric mean of all pairs, over all rows.',
    ),
  },
  'How fast the nodes of one pair were, compared with the other pairs.',
);
export interface PairSpread extends Static<typeof pairSpreadSchema> {}

/**
 * How much the pairs that shared a run differ in request rate, from the logarithm of each rate ÷ the mean of its row. Leaves out no-op
 * limits, and open loops, whose rate is given. Undefined for fewer than two pairs with figures.
 */
export const pairSpreadOf = (
  completed: Iterable<CompletedMeasurement>,
): readonly PairSpread[] | undefined => {
  const measurements = [...completed].filter(
    ({ measurement, load, pair }) =>
      pair !== undefined &&
      measurement.engine !== 'noop' &&
      measurement.level.loop === 'closed' &&
      load.requestRatePerSecond > 0,
  );
  const rows = groupBy(measurements, ({ measurement }) => rowKey(measurement)).values();
  const logRatios = [...rows].flatMap((row) => {
    const logRates = row.map(({ load }) => Math.log(load.requestRatePerSecond));
    const rowMean = meanOf(logRates);
    return row.map(({ pair = 0, measurement: { repeat } }, index) => ({
      pair,
      repeat,
      logRatio: (logRates[index] ?? rowMean) - rowMean,
    }));
  });
  const pairs = [...groupBy(logRatios, ({ pair }) => String(pair)).values()].map((group) => ({
    pair: group[0].pair,
    repeats: new Set(group.map(({ repeat }) => repeat)).size,
    mean: meanOf(group.map(({ logRatio }) => logRatio)),
  }));
  if (pairs.length < 2) return undefined;
  const overallMean = meanOf(pairs.map(({ mean }) => mean));
  return pairs
    .toSorted((a, b) => a.pair - b.pair)
    .map(({ pair, repeats, mean }) => ({ pair, repeats, rateShare: Math.exp(mean - overallMean) }));
};
