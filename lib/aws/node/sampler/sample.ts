import type { ThrottleReason } from '../../contract/gpu-throttle.ts';
import type { CpuState } from '../../contract/machine-facts.ts';
import type { PacketsOver } from '../../contract/network-allowance.ts';

/** One line of the samples file. Its counters grow from boot on, so the use in a window is the difference of two lines. */
export interface NodeSample {
  /** Time of the sample in milliseconds since 1970. */
  readonly t: number;
  /** CPU time of all cores since boot in ticks of 10 ms. */
  readonly cpu: { readonly total: number; readonly idle: number; readonly steal: number };
  readonly cpuState: CpuState;
  readonly memoryUsedBytes: number;
  /** Bytes received and sent since boot. */
  readonly net: { readonly rxBytes: number; readonly txBytes: number };
  /** Since boot; absent if the network adapter does not count them. */
  readonly packetsOver?: PacketsOver;
  /** Absent if there is no GPU, or no recent reading of it. */
  readonly gpu?: GpuSample;
}

export interface GpuSample {
  readonly utilisationPercent: number;
  readonly memoryUsedMiB: number;
  readonly smClockMHz: number;
  /** Why the clock is held back, empty if it is not; absent if the GPU does not report it. */
  readonly throttleReasons?: readonly ThrottleReason[];
}

/** Parses a line of the samples file; undefined if it is incomplete, as the last line may be. */
export const parseSample = (line: string): NodeSample | undefined => {
  try {
    return JSON.parse(line) as NodeSample;
  } catch {
    return undefined;
  }
};

/** Reads the time of a line without parsing it, since it always comes first; undefined if the line has none. */
export const timeOfLine = (line: string): number | undefined => {
  const digits = /^\{"t":(\d+)/.exec(line)?.[1];
  return digits === undefined ? undefined : Number(digits);
};
