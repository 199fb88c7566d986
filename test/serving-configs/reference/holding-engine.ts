import { setTimeout as sleep } from 'node:timers/promises';
import type { ServedModel } from '../../../serving-configs/models/served-model.ts';
import type { InferenceEngine } from '../../../serving-configs/reference/engine.ts';

/** An engine that waits for a turn, then answers with the first thousand values of the classifier's input as scores. */
export const echoEngine = (
  { outputs }: ServedModel,
  turn: () => Promise<void> = async () => undefined,
): InferenceEngine => ({
  trained: true,
  reads: 'whole',
  isReady: true,
  start: async () => undefined,
  reply: async (call, body) => {
    const form = call.form(body);
    const input = call.read(body);
    await turn();
    const [tensor] = input.kind === 'tensors' ? input.tensors : [];
    const bytes = tensor?.bytes.slice(0, 4000) ?? new Uint8Array(4000);
    const scores = outputs.map(({ name, datatype, shape }) => ({ name, datatype, shape, bytes }));
    return { kind: 'answer', answer: call.render(form, scores) };
  },
  close: async () => undefined,
});

/** An engine that answers nothing until it is released. */
export const holdingEngine = (served: ServedModel) => {
  const waiting: (() => void)[] = [];
  let isReleased = false;
  const engine = echoEngine(served, async () => {
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
