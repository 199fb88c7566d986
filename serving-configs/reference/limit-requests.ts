import type { ServingCounters } from '../protocols/statistics/serving-counters.ts';
import type { InferenceCall } from '../protocols/wire.ts';
import type { Engine, Reply } from './engine.ts';

interface LimitedEngine {
  readonly engine: Engine;
  /** Of what the model has answered so far; a request's time runs from its whole body to its answer. */
  readonly counters: () => Required<ServingCounters>;
}

/**
 * The same engine, which refuses as overloaded what is beyond a number of requests that it works on or that wait, and whose
 * times are added up.
 * @param most - Without it, it takes as many as come.
 */
export const limitRequests = (engine: Engine, most = Infinity): LimitedEngine => {
  const sums = { count: 0, requestMs: 0, queueMs: 0, computeMs: 0 };
  let taken = 0;

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
    taken += 1;
    try {
      return counted(await reply, startMs);
    } finally {
      taken -= 1;
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
        if (taken >= most) return { kind: 'answer', answer: call.fail({ kind: 'overloaded' }) };
        const startMs = performance.now();
        const reply = engine.reply(call, body);
        return reply instanceof Promise ? answerLater(reply, startMs) : counted(reply, startMs);
      },
      close: () => engine.close(),
    },
  };
};
