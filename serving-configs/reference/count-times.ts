import type { ServingCounters } from '../protocols/statistics/serving-counters.ts';
import type { InferenceCall } from '../protocols/wire.ts';
import type { Engine, Reply } from './engine.ts';

export interface CountedEngine {
  readonly engine: Engine;
  /** Of what the model has answered so far; a request's time runs from its whole body to its answer. */
  readonly counters: () => Required<ServingCounters>;
}

/** The same engine, whose times are added up. */
export const countTimes = (engine: Engine): CountedEngine => {
  const sums = { count: 0, requestMs: 0, queueMs: 0, computeMs: 0 };

  const counted = <Answer>(reply: Reply<Answer>, startMs: number): Reply<Answer> => {
    if (reply.kind === 'answer' && reply.times !== undefined) {
      sums.count += 1;
      sums.requestMs += performance.now() - startMs;
      sums.queueMs += reply.times.queueMs;
      sums.computeMs += reply.times.computeMs;
    }
    return reply;
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
        const startMs = performance.now();
        const reply = engine.reply(call, body);
        return reply instanceof Promise
          ? reply.then((given) => counted(given, startMs))
          : counted(reply, startMs);
      },
      close: () => engine.close(),
    },
  };
};
