import type { GpuThrottle } from './gpu-throttle.ts';
import type { CpuState } from './machine-facts.ts';

/** What a node used in a window, from one sample per second. Shares refer to all cores. */
export interface NodeFigures {
  /** Number of samples in the window. */
  readonly samples: number;
  /** Mean share of CPU time that was not idle, 0 to 1. */
  readonly cpuBusyShare: number;
  /** Share of CPU time that the hypervisor gave to other machines, 0 to 1; more than a few per cent makes figures doubtful. */
  readonly cpuStealShare: number;
  /** Maximum of the memory that was neither free nor could be freed at once. */
  readonly memoryUsedBytes: number;
  /** Bytes received on the node's own interfaces, without loopback and those of containers. */
  readonly rxBytes: number;
  /** Bytes sent on these interfaces. */
  readonly txBytes: number;
  /** The state right before and after the window; absent if there was no sample. */
  readonly cpuState?: { readonly before: CpuState; readonly after: CpuState };
  /** Absent if the node has no GPU. */
  readonly gpu?: GpuFigures;
}

/** Figures of the first GPU, from nvidia-smi. */
export interface GpuFigures {
  readonly utilisationMeanPercent: number;
  /** Maximum in the window. */
  readonly memoryUsedMiB: number;
  /** Lowest clock of the streaming multiprocessors in the window, which shows throttling. */
  readonly smClockMinMHz: number;
  /** Absent if the GPU does not report it. */
  readonly throttle?: GpuThrottle;
}

/** The memory use of a node at one time; unknown figures are absent. */
export interface MemoryUse {
  /** Memory that was neither free nor could be freed at once. */
  readonly usedBytes?: number;
  /** Memory of the first GPU. */
  readonly gpuUsedMiB?: number;
}
