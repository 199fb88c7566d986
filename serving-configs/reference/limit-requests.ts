import type { InferenceCall } from '../protocols/wire.ts';
import type { Engine, Reply } from './engine.ts';

/**
 * The same engine, which refuses as overloaded what is beyond a number of requests that it works on or that wait.
 * @param most - Without it, it takes as many as come.
 */
export const limitRequests = (engine: Engine, most = Infinity): Engine => {
  let taken = 0;

  return {
    trained: engine.trained,
    reads: engine.reads,
    get isReady() {
      return engine.isReady;
    },
    start: () => engine.start(),
    reply: <Answer>(
      call: InferenceCall<Answer>,
      body: Uint8Array,
    ): Reply<Answer> | Promise<Reply<Answer>> => {
      if (taken >= most) return { kind: 'answer', answer: call.fail({ kind: 'overloaded' }) };
      const reply = engine.reply(call, body);
      if (!(reply instanceof Promise)) return reply;
      taken += 1;
      return reply.finally(() => {
        taken -= 1;
      });
    },
    close: () => engine.close(),
  };
};
