import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 10;

/**
 * Measures from this call on how late the timers of this process fire. The monitor of Node reports the whole gap between
 * two ticks of a timer; what is beyond the timer's own period is the lag.
 */
export const startLagMeter = (): {
  readonly stop: () => { readonly p99Ms: number; readonly maxMs: number };
} => {
  const monitor = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  monitor.enable();
  const lagMs = (gapNs: number): number =>
    monitor.count === 0 ? 0 : Math.max(0, gapNs / 1e6 - RESOLUTION_MS);
  return {
    stop: () => {
      monitor.disable();
      return { p99Ms: lagMs(monitor.percentile(99)), maxMs: lagMs(monitor.max) };
    },
  };
};
