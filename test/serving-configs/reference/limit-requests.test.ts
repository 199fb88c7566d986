import { limitRequests } from '../../../serving-configs/reference/limit-requests.ts';
import type { InferenceCall } from '../../../serving-configs/protocols/wire.ts';
import { holdingEngine } from './holding-engine.ts';

/** Answers in words. */
const call: InferenceCall<string> = {
  kind: 'inference',
  protocol: 'rest',
  form: () => '',
  read: () => ({ kind: 'image', bytes: new Uint8Array() }),
  render: () => 'computed',
  fail: ({ kind }) => kind,
};

describe('the limit of requests', () => {
  it('refuses what is beyond it, and takes the next when there is room again', async () => {
    const { engine, release } = holdingEngine();
    const { engine: limited } = limitRequests(engine, 2);
    const ask = async () => limited.reply(call, new Uint8Array());
    const taken = [ask(), ask()];

    expect(await ask()).toEqual({ kind: 'answer', answer: 'overloaded' });
    release();
    const computed = { kind: 'answer', answer: 'computed' };
    expect(await Promise.all(taken)).toEqual([computed, computed]);
    expect(await ask()).toEqual(computed);
  });

  it('is none where the platform has none', async () => {
    const { engine, release } = holdingEngine();
    const { engine: limited } = limitRequests(engine, undefined);
    const taken = Array.from({ length: 5000 }, async () => limited.reply(call, new Uint8Array()));
    release();

    expect(new Set((await Promise.all(taken)).map((reply) => reply.kind))).toEqual(
      new Set(['answer']),
    );
    expect(await Promise.all(taken)).not.toContainEqual({ kind: 'answer', answer: 'overloaded' });
  });
});
