import { createBitStream } from '../../models/resnet50/random.ts';
import { FAULTS, type DelayOptions, type Fault, type Latency } from './delay-options.ts';

export type Outcome = 'right' | 'failure' | Fault;

interface Appointment {
  /** When the answer is sent, on the clock that was passed in. A stall may push it back. */
  readonly dueMs: number;
  /** When a server takes it up, on the same clock. */
  readonly startMs: number;
  readonly outcome: Outcome;
}

interface DelaySchedule {
  /** What happens to the next request. */
  admit(nowMs: number): Appointment;
  /** Answers that are due earlier wait until here. */
  readonly heldUntilMs: number;
}

/** Numbers from 0, included, to 1, not included. */
const createUniformStream = (seed: number): (() => number) => {
  const nextBits = createBitStream(seed);
  return () => (nextBits() >>> 0) / 2 ** 32;
};

/** One latency from its distribution; an exponential one by inversion. */
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
  return 'right';
};

/**
 * Decides, from a seed, how long each request takes and how it ends. The n-th request gets the same two draws in every
 * run. With a capacity of c it is a queue in order of arrival before c servers; the time in the queue comes on top.
 */
export const createDelaySchedule = (options: DelayOptions): DelaySchedule => {
  const uniform = createUniformStream(options.seed ?? 1);
  const freeAtMs = Array.from({ length: options.capacity ?? 0 }, () => -Infinity);
  let admitted = 0;
  let heldUntilMs = -Infinity;

  /** When a server starts and ends with a request that comes now. */
  const serve = (nowMs: number, latencyMs: number): number => {
    if (freeAtMs.length === 0) return nowMs + latencyMs;
    let first = 0;
    for (let server = 1; server < freeAtMs.length; server++) {
      if ((freeAtMs[server] ?? 0) < (freeAtMs[first] ?? 0)) first = server;
    }
    const endMs = Math.max(nowMs, freeAtMs[first] ?? nowMs) + latencyMs;
    freeAtMs[first] = endMs;
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
