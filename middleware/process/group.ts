import type { Registry } from 'prom-client';

import { addGroupMetrics } from '../metrics/process-metrics.ts';

/** The processes behind one port, as one of them sees them. */
export interface ProcessGroup {
  /** Number of this process, from 1. */
  readonly number: number;
  /** Returns how many processes answer now. */
  readonly running: () => number;
  /** Makes the metrics of this process part of {@link collect}. Called once. */
  readonly join: (registry: Registry) => void;
  /** Returns the metrics of all processes in the text format of Prometheus. */
  readonly collect: () => Promise<string>;
}

/** The group of a process that answers alone. */
export const singleProcess = (): ProcessGroup => {
  let joined: Registry | undefined;
  return {
    number: 1,
    running: () => 1,
    join: (registry) => {
      joined = registry;
      addGroupMetrics(registry, { running: () => 1, restarts: () => 0 });
    },
    collect: async () => joined?.metrics() ?? '',
  };
};
