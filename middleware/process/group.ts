import type { Registry } from 'prom-client';

import { addGroupMetrics } from '../metrics/process-metrics.ts';

/** What a process knows of itself and of the others behind the same port. */
export interface ProcessGroup {
  /** Which one this is, from 1. */
  readonly number: number;
  /** How many answer now. */
  readonly running: () => number;
  /** Makes the metrics of this process part of {@link collect}. Called once. */
  readonly join: (own: Registry) => void;
  /** The metrics of all of them in the text format of Prometheus. */
  readonly collect: () => Promise<string>;
}

/** A process that answers alone. */
export const aloneInGroup = (): ProcessGroup => {
  let own: Registry | undefined;
  return {
    number: 1,
    running: () => 1,
    join: (registry) => {
      own = registry;
      addGroupMetrics(registry, { running: () => 1, restarts: () => 0 });
    },
    collect: async () => own?.metrics() ?? '',
  };
};
