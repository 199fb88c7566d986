import { createUniformStream } from '../../models/random.ts';
import { FAULTS, type DelayOptions, type SimulatedFault, type Latency } from './delay-options.ts';

export type Outcome = 'correct' | 'failure' | SimulatedFault;

interface Appointment {
  /** When the answer is sent, on the clock of {@link DelaySchedule.admit}; a stall may delay it. */
  readonly dueMs: number;
  /** When the request leaves the queue, on the same clock. */
  readonly startMs: number;
  readonly outcome: Outcome;
}

interface DelaySchedule {
  /** Schedules the next request, which arrives now. */
  admit(nowMs: number): Appointment;
  /** The end of the current stall: answers that are due earlier are sent then. */
  readonly heldUntilMs: number;
}

/** Draws a latency by inverting its distribution. */
export const drawLatencyMs = (latency: Latency, uniform: number): number => {
  switch (latency.kind) {
    case 'constant':
      return latency.ms;
    case 'exponential':
      return -latency.meanMs * Math.log1p(-uniform);
    case 'bimodal':
      return uniform < latency.slowShare ? latency.slowMs : latency.fastMs;
    default:
      return latency satisfies never;
  }
};

const drawOutcome = ({ failureShare = 0, faults = {} }: DelayOptions, uniform: number): Outcome => {
  let left = uniform - failureShare;
  if (left < 0) return 'failure';
  for (const fault of FAULTS) {
    left -= faults[fault] ?? 0;
    if (left < 0) return fault;
  }
  return 'correct';
};

/**
 * Decides from a seed how long each request takes and how it ends. The n-th request gets the same two random numbers in every run. With
 * a capacity of c, requests queue in order of arrival for c servers, and the time in the queue is added to their latency.
 */
export const createDelaySchedule = (options: DelayOptions): DelaySchedule => {
  const uniform = createUniformStream(options.seed ?? 1);
  const freeAtMs = Array.from({ length: options.capacity ?? 0 }, () => -Infinity);
  let admitted = 0;
  let heldUntilMs = -Infinity;

  /** When a request that arrives now is completed. */
  const serve = (nowMs: number, latencyMs: number): number => {
    if (freeAtMs.length === 0) return nowMs + latencyMs;
    const earliestMs = Math.min(...freeAtMs);
    const endMs = Math.max(nowMs, earliestMs) + latencyMs;
    freeAtMs[freeAtMs.indexOf(earliestMs)] = endMs;
    return endMs;
  };

  return {
    get heldUntilMs() {
      return heldUntilMs;
    },
    admit(nowMs) {
      admitted++;
      for (const stall of options.stalls ?? []) {
        if (stall.afterRequests === admitted) heldUntilMs = Math.max(heldUntilMs, nowMs + stall.ms);
      }
      const latencyMs = drawLatencyMs(options.latency, uniform());
      const outcome = drawOutcome(options, uniform());
      const dueMs = serve(nowMs, latencyMs);
      return { dueMs, startMs: dueMs - latencyMs, outcome };
    },
  };
};
