import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine } from '../../../serving-configs/reference/engine.ts';

/** An engine that waits for a turn, then answers with the first thousand values of its input. */
export const echoEngine = (turn: () => Promise<void> = async () => undefined): Engine => ({
  trained: true,
  reads: 'whole',
  isReady: true,
  start: async () => undefined,
  reply: async (call, body) => {
    const form = call.form(body);
    const input = call.read(body);
    await turn();
    const values = input.kind === 'tensor' ? input.values.slice(0, 1000) : new Float32Array(1000);
    return { kind: 'answer', answer: call.render(form, values) };
  },
  close: async () => undefined,
});

/** An engine that answers nothing until it is released. */
export const holdingEngine = () => {
  const waiting: (() => void)[] = [];
  let isReleased = false;
  const engine = echoEngine(async () => {
    if (isReleased) return;
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
    });
  });
  return {
    engine,
    /** Resolves when this many calls are waiting. */
    arrived: async (count = 1): Promise<void> => {
      while (waiting.length < count) await sleep(2);
    },
    /** Answers the waiting calls, the last one first. */
    release: (): void => {
      isReleased = true;
      for (const answer of waiting.toReversed()) answer();
    },
  };
};
