import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { DecodeSlots } from '../../middleware/decode-slots.ts';

describe('The slots for decoding', () => {
  it('are given at once while one is free', () => {
    const slots = new DecodeSlots(2);

    expect([slots.take(), slots.take()]).toEqual([undefined, undefined]);
    expect(slots.take()).toBeInstanceOf(Promise);
  });

  it('are given to waiting images in their order', async () => {
    const slots = new DecodeSlots(1);
    const started: string[] = [];
    void slots.take();
    void slots.take()?.then(() => started.push('first'));
    void slots.take()?.then(() => started.push('second'));

    slots.give();
    await turnOfLoop();
    expect(started).toEqual(['first']);

    slots.give();
    await turnOfLoop();
    expect(started).toEqual(['first', 'second']);
  });

  it('are free again if no image waits', () => {
    const slots = new DecodeSlots(1);
    void slots.take();
    slots.give();

    expect(slots.take()).toBeUndefined();
  });
});
