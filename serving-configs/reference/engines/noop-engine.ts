import type { InferenceCall, WireOutput } from '../../protocols/wire.ts';
import { WITHOUT_NETWORK, type Engine, type Reply } from '../engine.ts';

const NO_TIME = { queueMs: 0, computeMs: 0 } as const;

/**
 * Answers every request at once with the same output, without reading its tensor: what is left is the cost of the
 * rig. Answers of the same form are rendered once.
 */
export const createNoopEngine = (output: WireOutput): Engine => {
  let lastForm: string | undefined;
  let lastReply: Reply<unknown> | undefined;

  const reply = <Answer>(call: InferenceCall<Answer>, body: Uint8Array): Reply<Answer> => {
    const form = call.form(body);
    const protocolAndForm = `${call.protocol} ${form}`;
    if (protocolAndForm !== lastForm || lastReply === undefined) {
      lastForm = protocolAndForm;
      lastReply = { kind: 'answer', answer: call.render(form, output), times: NO_TIME };
    }
    // What was rendered for this protocol is an answer of it.
    return lastReply as Reply<Answer>;
  };

  return { ...WITHOUT_NETWORK, reply };
};
