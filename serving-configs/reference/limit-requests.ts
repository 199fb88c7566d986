import type { ServingCounters } from '../protocols/statistics/serving-counters.ts';
import type { InferenceEngine } from './engine.ts';

interface LimitedEngine {
  readonly engine: InferenceEngine;
  /** The times of all requests that the model has answered. The time of a request runs from its complete body to its answer. */
  readonly counters: () => Required<ServingCounters>;
}

/**
 * Adds to an engine a limit of requests, beyond which it refuses them as overload, and counters of its times.
 * @param limit - How many requests may run or wait. Default: any number.
 */
export const limitRequests = (engine: InferenceEngine, limit = Infinity): LimitedEngine => {
  const sums = { count: 0, requestMs: 0, queueMs: 0, computeMs: 0, computations: 0 };
  let pending = 0;

  const reply: InferenceEngine['reply'] = async (call, body) => {
    if (pending >= limit) return { kind: 'answer', answer: call.fail({ kind: 'overloaded' }) };
    const startMs = performance.now();
    pending += 1;
    try {
      const given = await engine.reply(call, body);
      if (given.kind === 'answer' && given.times !== undefined) {
        sums.count += 1;
        sums.requestMs += performance.now() - startMs;
        sums.queueMs += given.times.queueMs;
        sums.computeMs += given.times.computeMs;
        sums.computations += 1 / given.times.batchSize;
      }
      return given;
    } finally {
      pending -= 1;
    }
  };

  return {
    counters: () => ({ ...sums }),
    engine: {
      ...engine,
      get isReady() {
        return engine.isReady;
      },
      reply,
    },
  };
};
