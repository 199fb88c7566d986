import type { GpuThrottle } from './gpu-throttle.ts';
import type { CpuState } from './machine-facts.ts';

/** What a node used in a window, from one sample a second. Shares are of all cores. */
export interface NodeFigures {
  /** How many samples lie in the window. */
  readonly samples: number;
  /** Mean share of CPU time that was not idle, 0 to 1. */
  readonly cpuBusyShare: number;
  /** Share of CPU time that the hypervisor gave to others, 0 to 1: more than a few per cent makes figures doubtful. */
  readonly cpuStealShare: number;
  /** The most that was neither free nor could be freed at once. */
  readonly memoryUsedBytes: number;
  /** Received and sent on the node's own interfaces in the window: not on loopback, nor on those of containers. */
  readonly rxBytes: number;
  readonly txBytes: number;
  /** Right before and after the window; absent in runs of earlier versions. */
  readonly cpuState?: { readonly before: CpuState; readonly after: CpuState };
  /** Absent where the node has no GPU. */
  readonly gpu?: GpuFigures;
}

/** Of the first GPU, from nvidia-smi. */
export interface GpuFigures {
  readonly utilisationMeanPercent: number;
  readonly memoryUsedMiB: number;
  /** Lowest clock of the streaming multiprocessors in the window: shows throttling. */
  readonly smClockMinMHz: number;
  /** Absent where the GPU does not tell. */
  readonly throttle?: GpuThrottle;
}

/** The memory of a node at one moment; a figure that cannot be told is absent. */
export interface MemoryUse {
  /** What was neither free nor could be freed at once. */
  readonly usedBytes?: number;
  /** Of the first GPU. */
  readonly gpuUsedMiB?: number;
}
