import type { InferenceCall, WireOutput } from '../../protocols/wire.ts';
import { WITHOUT_MODEL, type InferenceEngine, type EngineReply } from '../engine.ts';

const NO_TIME = { queueMs: 0, computeMs: 0, batchSize: 1 } as const;

/**
 * Answers every request at once with the same output, without reading its tensor, so that only the cost of the rig is left. Each
 * form of an answer is rendered only once.
 */
export const createNoopEngine = (output: WireOutput): InferenceEngine => {
  let lastForm: string | undefined;
  let lastReply: EngineReply<unknown> | undefined;

  const reply = async <Answer>(
    call: InferenceCall<Answer>,
    body: Uint8Array,
  ): Promise<EngineReply<Answer>> => {
    const form = call.form(body);
    const protocolAndForm = `${call.protocol} ${form}`;
    if (protocolAndForm !== lastForm || lastReply === undefined) {
      lastForm = protocolAndForm;
      lastReply = { kind: 'answer', answer: call.render(form, output), times: NO_TIME };
    }
    // It was rendered for the protocol of this call.
    return lastReply as EngineReply<Answer>;
  };

  return { ...WITHOUT_MODEL, reply };
};
