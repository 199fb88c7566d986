import type { ThrottleReason } from '../../deployment/gpu-throttle.ts';
import type { CpuState } from '../../deployment/machine-facts.ts';

/**
 * One line of the samples file. Counters only grow, from boot on, so that a window's use is the difference of two lines
 * however many lie between them.
 */
export interface NodeSample {
  /** Milliseconds since 1970. */
  readonly t: number;
  /** CPU time of all cores in ticks of 10 ms. */
  readonly cpu: { readonly total: number; readonly idle: number; readonly steal: number };
  readonly cpuState: CpuState;
  readonly memoryUsedBytes: number;
  readonly net: { readonly rxBytes: number; readonly txBytes: number };
  /** Absent where there is no GPU, or no fresh reading of it. */
  readonly gpu?: GpuSample;
}

export interface GpuSample {
  readonly utilisationPercent: number;
  readonly memoryUsedMiB: number;
  readonly smClockMHz: number;
  /** Why the clocks are held back, empty where they are not; absent where the GPU does not tell. */
  readonly throttleReasons?: readonly ThrottleReason[];
}

/** A line of the samples file; undefined for one that is no sample: the last one may be half written. */
export const parseSample = (line: string): NodeSample | undefined => {
  try {
    return JSON.parse(line) as NodeSample;
  } catch {
    return undefined;
  }
};

/** The time stands first in each line, so that a line outside a window need not be parsed whole. */
export const timeOfLine = (line: string): number | undefined => {
  const digits = /^\{"t":(\d+)/.exec(line)?.[1];
  return digits === undefined ? undefined : Number(digits);
};
