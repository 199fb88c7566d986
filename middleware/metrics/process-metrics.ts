import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { IntervalHistogram } from 'node:perf_hooks';

import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

import type { Admission } from '../admission.ts';

const NANOSECONDS = 1e9;
/** Sampling interval of the event loop. The monitor includes it in its values, so it is subtracted. */
const RESOLUTION_MS = 10;
const QUANTILES = [0.5, 0.9, 0.99] as const;
/** Window over which the delay is collected. A fixed window lets several scrapers read without disturbing each other. */
const DELAY_INTERVAL_MS = 10_000;

/** How late timers ran, in seconds, by quantile; quantile 1 is the worst. */
type Delays = readonly (readonly [quantile: string, seconds: number])[];

const delaysOf = (histogram: IntervalHistogram): Delays => {
  // Until the first timer ran, the values of the histogram are not numbers.
  const seconds = (nanoseconds: number): number =>
    histogram.count > 0 ? Math.max(0, nanoseconds / NANOSECONDS - RESOLUTION_MS / 1000) : 0;
  return [
    ...QUANTILES.map((quantile) => {
      const value = histogram.count > 0 ? histogram.percentile(quantile * 100) : 0;
      return [String(quantile), seconds(value)] as const;
    }),
    ['1', seconds(histogram.max)],
  ];
};

/** A metric that is read when it is scraped. */
interface Reading {
  readonly kind?: 'counter';
  readonly name: string;
  readonly help: string;
  readonly read: () => number;
}

const addReadings = (
  registry: Registry,
  labels: Readonly<Partial<Record<'process', string>>>,
  readings: readonly Reading[],
): void => {
  for (const { kind, name, help, read } of readings) {
    const facts = { name, help, labelNames: Object.keys(labels), registers: [] };
    registry.registerMetric(
      kind === 'counter'
        ? new Counter({
            ...facts,
            collect() {
              this.reset();
              this.inc(labels, read());
            },
          })
        : new Gauge({
            ...facts,
            collect() {
              this.set(labels, read());
            },
          }),
    );
  }
};

/** Adds the number of processes that answer, and how often one was restarted. */
export const addGroupMetrics = (
  registry: Registry,
  { running, restarts }: { readonly running: () => number; readonly restarts: () => number },
): void => {
  addReadings(registry, {}, [
    {
      name: 'middleware_processes',
      help: 'Processes that answer behind the port now.',
      read: running,
    },
    {
      kind: 'counter',
      name: 'middleware_process_restarts_total',
      help: 'Processes that ended unexpectedly and were restarted.',
      read: restarts,
    },
  ]);
};

/** Adds CPU time and memory of this process under the label `process`. */
export const addUsageMetrics = (registry: Registry, label: string): void => {
  addReadings(registry, { process: label }, [
    {
      kind: 'counter',
      name: 'process_cpu_seconds_total',
      help: 'CPU time of the process, user and system, all threads.',
      read: () => {
        const { user, system } = process.cpuUsage();
        return (user + system) / 1e6;
      },
    },
    {
      name: 'process_resident_memory_bytes',
      help: 'Resident memory of the process.',
      read: () => process.memoryUsage.rss(),
    },
  ]);
};

/**
 * Adds the load of this process: its requests, and the delay of its event loop over the last full ten seconds, or since
 * the start during the first ten.
 * @returns a function that stops the measurement of the event loop.
 */
export const addLoadMetrics = (
  registry: Registry,
  label: string,
  admission: Admission,
): (() => void) => {
  addReadings(registry, { process: label }, [
    {
      name: 'middleware_requests_in_flight',
      help: 'Requests being handled.',
      read: () => admission.inFlight,
    },
    {
      name: 'middleware_requests_waiting',
      help: 'Requests that wait for their turn.',
      read: () => admission.waiting,
    },
  ]);
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  let last: Delays | undefined;
  const interval = setInterval(() => {
    last = delaysOf(delay);
    delay.reset();
  }, DELAY_INTERVAL_MS).unref();
  registry.registerMetric(
    new Gauge({
      name: 'middleware_event_loop_delay_seconds',
      help: 'How late timers of the event loop ran in the last full 10 seconds; quantile 1 is the worst.',
      labelNames: ['process', 'quantile'],
      registers: [],
      collect() {
        for (const [quantile, seconds] of last ?? delaysOf(delay)) {
          this.set({ process: label, quantile }, seconds);
        }
      },
    }),
  );
  return () => {
    clearInterval(interval);
    delay.disable();
  };
};
