import type { ModelContract } from '../../manifest.ts';
import type { InferenceCall } from '../../wire.ts';
import type { Engine, Reply } from '../engine.ts';
import { fixedValues } from '../scores.ts';

/**
 * Answers every request at once with the same class, without reading its tensor: what is left is the cost of the
 * apparatus. Answers of the same form are rendered once.
 */
export const createNullEngine = (model: ModelContract): Engine => {
  const values = fixedValues(model.output);
  let lastForm: string | undefined;
  let lastReply: Reply | undefined;

  const reply = (call: InferenceCall, body: Uint8Array): Reply => {
    const form = call.form(body);
    if (form !== lastForm || lastReply === undefined) {
      lastForm = form;
      const answer = call.render(form, values);
      // As bytes, so that the text is not encoded anew for each request.
      lastReply = { kind: 'answer', answer: { ...answer, body: Buffer.from(answer.body) } };
    }
    return lastReply;
  };

  return {
    trained: false,
    reads: 'glance',
    isReady: true,
    start: () => Promise.resolve(),
    reply,
    close: () => Promise.resolve(),
  };
};
