import { Counter, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';

/** The phases of a request, named as in the answer and in `Server-Timing`. */
export const PHASES = [
  'receive',
  'queue',
  'decode',
  'encode',
  'upstream',
  'parse',
  'total',
] as const;
type Phase = (typeof PHASES)[number];
/** Duration of each phase in milliseconds. */
export type Timings = Readonly<Record<Phase, number>>;

/** Histogram buckets in seconds, from the middleware's own work to the default timeout of an exchange. */
const BUCKETS = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
  30, 60,
];

/** The metrics of one target, looked up once instead of for every request. */
export interface TargetMetrics {
  answered(status: number): void;
  failed(code: string): void;
  observe(timings: Timings): void;
}

export interface RequestMetrics {
  of(serving: string, protocol: string, payload: string): TargetMetrics;
}

/** Counts and times requests by serving, protocol and payload. */
export const createRequestMetrics = (registry: Registry): RequestMetrics => {
  const registers = [registry];
  const requests = new Counter({
    name: 'middleware_requests_total',
    help: 'Requests for an inference, by the status of the answer (499: the client left).',
    labelNames: ['serving', 'protocol', 'payload', 'status'],
    registers,
  });
  const failures = new Counter({
    name: 'middleware_failures_total',
    help: 'Requests for an inference that got no result, by the code of the answer.',
    labelNames: ['serving', 'protocol', 'payload', 'code'],
    registers,
  });
  const phases = new Histogram({
    name: 'middleware_phase_seconds',
    help: 'Time that requests with a result spent in each phase.',
    labelNames: ['serving', 'protocol', 'payload', 'phase'],
    buckets: BUCKETS,
    registers,
  });
  const create = (serving: string, protocol: string, payload: string): TargetMetrics => {
    const ok = requests.labels(serving, protocol, payload, '200');
    const observers = PHASES.map(
      (phase) => [phase, phases.labels(serving, protocol, payload, phase)] as const,
    );
    return {
      answered: (status) => {
        if (status === 200) ok.inc();
        else requests.inc({ serving, protocol, payload, status: String(status) });
      },
      failed: (code) => {
        failures.inc({ serving, protocol, payload, code });
      },
      observe: (timings) => {
        for (const [phase, observer] of observers) observer.observe(timings[phase] / 1000);
      },
    };
  };
  const known = new Map<string, TargetMetrics>();
  return {
    of: (serving, protocol, payload) => {
      const key = `${serving} ${protocol} ${payload}`;
      const metrics = known.get(key) ?? create(serving, protocol, payload);
      known.set(key, metrics);
      return metrics;
    },
  };
};
