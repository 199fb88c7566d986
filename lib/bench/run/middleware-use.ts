import type { MiddlewareUse } from '../model/record.ts';
import { samplesOf } from '../../../serving-configs/protocols/statistics/prometheus-text.ts';

/** What the middleware's metrics said at one moment. */
export interface MiddlewareSnapshot {
  readonly atMs: number;
  readonly processes: number;
  /** CPU seconds since its start, by process. */
  readonly cpuSeconds: ReadonlyMap<string, number>;
  readonly rssBytes: number;
}

export const readSnapshot = (page: string, atMs: number): MiddlewareSnapshot => ({
  atMs,
  processes: samplesOf(page, 'middleware_processes')[0]?.value ?? 0,
  cpuSeconds: new Map(
    samplesOf(page, 'process_cpu_seconds_total').map(({ labels, value }) => [
      labels.process ?? '',
      value,
    ]),
  ),
  rssBytes: samplesOf(page, 'process_resident_memory_bytes').reduce(
    (sum, { value }) => sum + value,
    0,
  ),
});

/**
 * What was used between two snapshots, scaled to the window: they are taken a few milliseconds late at either end. A
 * process that came up in between counts from its start.
 */
export const useBetween = (
  before: MiddlewareSnapshot,
  after: MiddlewareSnapshot,
  windowMs: number,
): MiddlewareUse => {
  const scale = windowMs / Math.max(1, after.atMs - before.atMs);
  const used = [...after.cpuSeconds].map(
    ([process, seconds]) =>
      Math.max(0, seconds - (before.cpuSeconds.get(process) ?? 0)) * 1000 * scale,
  );
  return {
    processes: after.processes,
    cpuMs: used.reduce((sum, ms) => sum + ms, 0),
    busiestCpuShare: Math.max(0, ...used) / windowMs,
    rssBytes: after.rssBytes,
  };
};
