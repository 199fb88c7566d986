import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

/** How many processes answer, and how often one had to be started again. */
export const addGroupMetrics = (
  registry: Registry,
  group: { readonly running: () => number; readonly restarts: () => number },
): void => {
  registry.registerMetric(
    new Gauge({
      name: 'middleware_processes',
      help: 'Processes that answer behind the port now.',
      registers: [],
      collect() {
        this.set(group.running());
      },
    }),
  );
  registry.registerMetric(
    new Counter({
      name: 'middleware_process_restarts_total',
      help: 'Processes that ended unasked and were started again.',
      registers: [],
      collect() {
        this.reset();
        this.inc(group.restarts());
      },
    }),
  );
};
