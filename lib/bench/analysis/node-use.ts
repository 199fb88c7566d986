import { addThrottles, type GpuThrottle } from '../../deployment/gpu-throttle.ts';
import type { NodeFigures } from '../../deployment/node-figures.ts';

/** What one node used in the windows of a row's repeats. Means are weighted by samples, one a second. */
export interface NodeUse {
  /** How many samples lie in the windows. */
  readonly samples: number;
  /** Of all cores, 0 to 1. */
  readonly cpuBusyShare: number;
  /** What the hypervisor gave to others, 0 to 1: above a few per cent, figures are doubtful. */
  readonly cpuStealShare: number;
  /** The maximum over the repeats. */
  readonly memoryUsedBytes: number;
  readonly rxBytesPerSecond: number;
  readonly txBytesPerSecond: number;
  /** Absent if the node has no GPU. */
  readonly gpu?: {
    readonly utilisationPercent: number;
    readonly memoryUsedMiB: number;
    /** The lowest clock of the repeats: shows throttling. */
    readonly smClockMinMHz: number;
    /** Over all repeats; absent if the GPU does not report it. */
    readonly throttle?: GpuThrottle;
  };
}

const SAMPLE_SECONDS = 1;

const gpuUse = (figures: readonly NodeFigures[]): NodeUse['gpu'] => {
  const readings = figures.flatMap(({ gpu, samples }) =>
    gpu === undefined ? [] : [{ gpu, samples }],
  );
  const samples = readings.reduce((sum, one) => sum + one.samples, 0);
  if (samples === 0) return undefined;
  const throttle = addThrottles(readings.flatMap(({ gpu }) => gpu.throttle ?? []));
  return {
    utilisationPercent:
      readings.reduce((sum, one) => sum + one.gpu.utilisationMeanPercent * one.samples, 0) /
      samples,
    memoryUsedMiB: Math.max(...readings.map(({ gpu }) => gpu.memoryUsedMiB)),
    smClockMinMHz: Math.min(...readings.map(({ gpu }) => gpu.smClockMinMHz)),
    throttle,
  };
};

/** One node's use over the repeats of a row; undefined without samples. */
export const nodeUse = (all: readonly (NodeFigures | undefined)[]): NodeUse | undefined => {
  const figures = all.filter((one): one is NodeFigures => one !== undefined && one.samples > 0);
  const samples = figures.reduce((sum, one) => sum + one.samples, 0);
  if (samples === 0) return undefined;
  const sum = (of: (one: NodeFigures) => number): number =>
    figures.reduce((total, one) => total + of(one), 0);
  const gpu = gpuUse(figures);
  return {
    samples,
    cpuBusyShare: sum((one) => one.cpuBusyShare * one.samples) / samples,
    cpuStealShare: sum((one) => one.cpuStealShare * one.samples) / samples,
    memoryUsedBytes: Math.max(...figures.map((one) => one.memoryUsedBytes)),
    rxBytesPerSecond: sum((one) => one.rxBytes) / (samples * SAMPLE_SECONDS),
    txBytesPerSecond: sum((one) => one.txBytes) / (samples * SAMPLE_SECONDS),
    gpu,
  };
};
