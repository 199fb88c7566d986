import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { DecodeSlots } from '../../middleware/decode-slots.ts';

describe('The slots of decoding', () => {
  it('are given at once while there are any', () => {
    const slots = new DecodeSlots(2);

    expect([slots.take(), slots.take()]).toEqual([undefined, undefined]);
    expect(slots.take()).toBeInstanceOf(Promise);
  });

  it('go to those who wait, in their order', async () => {
    const slots = new DecodeSlots(1);
    const came: string[] = [];
    void slots.take();
    void slots.take()?.then(() => came.push('first'));
    void slots.take()?.then(() => came.push('second'));

    slots.give();
    await turnOfLoop();
    expect(came).toEqual(['first']);

    slots.give();
    await turnOfLoop();
    expect(came).toEqual(['first', 'second']);
  });

  it('are free again when nobody waits', () => {
    const slots = new DecodeSlots(1);
    void slots.take();
    slots.give();

    expect(slots.take()).toBeUndefined();
  });
});
