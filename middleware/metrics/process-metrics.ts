import { monitorEventLoopDelay } from 'node:perf_hooks';

import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

import type { Admission } from '../admission.ts';

const NANOSECONDS = 1e9;
/** How often the event loop is looked at. The monitor counts this interval in; it is no delay. */
const RESOLUTION_MS = 10;
const QUANTILES = [0.5, 0.9, 0.99] as const;

/** CPU time and memory of this process; `label` says which one it is. */
export const addUsageMetrics = (registry: Registry, label: string): void => {
  registry.registerMetric(
    new Counter({
      name: 'process_cpu_seconds_total',
      help: 'CPU time of the process, user and system, all threads.',
      labelNames: ['process'],
      registers: [],
      collect() {
        const { user, system } = process.cpuUsage();
        this.reset();
        this.inc({ process: label }, (user + system) / 1e6);
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: 'process_resident_memory_bytes',
      help: 'Resident memory of the process.',
      labelNames: ['process'],
      registers: [],
      collect() {
        this.set({ process: label }, process.memoryUsage.rss());
      },
    }),
  );
};

/**
 * How busy this process is: what it has taken on, and how late its event loop runs since the last look.
 * @returns a function that ends the measuring of the event loop.
 */
export const addLoadMetrics = (
  registry: Registry,
  label: string,
  admission: Admission,
): (() => void) => {
  const labelNames = ['process'];
  registry.registerMetric(
    new Gauge({
      name: 'middleware_requests_in_flight',
      help: 'Requests that are worked on.',
      labelNames,
      registers: [],
      collect() {
        this.set({ process: label }, admission.inFlight);
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: 'middleware_requests_waiting',
      help: 'Requests that wait for their turn.',
      labelNames,
      registers: [],
      collect() {
        this.set({ process: label }, admission.waiting);
      },
    }),
  );
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  registry.registerMetric(
    new Gauge({
      name: 'middleware_event_loop_delay_seconds',
      help: 'How late timers of the event loop ran since these metrics were last read; quantile 1 is the worst.',
      labelNames: ['process', 'quantile'],
      registers: [],
      collect() {
        // Its figures are not numbers until the first timer ran.
        const seconds = (nanoseconds: number): number =>
          delay.count > 0 ? Math.max(0, nanoseconds / NANOSECONDS - RESOLUTION_MS / 1000) : 0;
        for (const quantile of QUANTILES) {
          const value = delay.count > 0 ? delay.percentile(quantile * 100) : 0;
          this.set({ process: label, quantile: String(quantile) }, seconds(value));
        }
        this.set({ process: label, quantile: '1' }, seconds(delay.max));
        delay.reset();
      },
    }),
  );
  return () => {
    delay.disable();
  };
};
