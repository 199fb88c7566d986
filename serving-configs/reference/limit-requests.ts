import type { ServingCounters } from '../protocols/statistics/serving-counters.ts';
import type { InferenceCall } from '../protocols/wire.ts';
import type { Engine, Reply } from './engine.ts';

interface LimitedEngine {
  readonly engine: Engine;
  /** The times of all requests that the model has answered. The time of a request runs from its complete body to its answer. */
  readonly counters: () => Required<ServingCounters>;
}

/**
 * Adds to an engine a limit of requests, beyond which it refuses them as overload, and counters of its times.
 * @param limit - How many requests may run or wait. Default: any number.
 */
export const limitRequests = (engine: Engine, limit = Infinity): LimitedEngine => {
  const sums = { count: 0, requestMs: 0, queueMs: 0, computeMs: 0 };
  let pending = 0;

  const counted = <Answer>(reply: Reply<Answer>, startMs: number): Reply<Answer> => {
    if (reply.kind === 'answer' && reply.times !== undefined) {
      sums.count += 1;
      sums.requestMs += performance.now() - startMs;
      sums.queueMs += reply.times.queueMs;
      sums.computeMs += reply.times.computeMs;
    }
    return reply;
  };

  const answerLater = async <Answer>(
    reply: Promise<Reply<Answer>>,
    startMs: number,
  ): Promise<Reply<Answer>> => {
    pending += 1;
    try {
      return counted(await reply, startMs);
    } finally {
      pending -= 1;
    }
  };

  return {
    counters: () => ({ ...sums }),
    engine: {
      trained: engine.trained,
      reads: engine.reads,
      get isReady() {
        return engine.isReady;
      },
      start: () => engine.start(),
      reply: <Answer>(call: InferenceCall<Answer>, body: Uint8Array) => {
        if (pending >= limit) return { kind: 'answer', answer: call.fail({ kind: 'overloaded' }) };
        const startMs = performance.now();
        const reply = engine.reply(call, body);
        return reply instanceof Promise ? answerLater(reply, startMs) : counted(reply, startMs);
      },
      close: () => engine.close(),
    },
  };
};
