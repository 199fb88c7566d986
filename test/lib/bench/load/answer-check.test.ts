import { createAnswerCheck } from '../../../../lib/bench/load/answer-check.ts';

const answer = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

describe('the check of an answer', () => {
  it('compares the value at the pointer with the one of the image that was sent', () => {
    const isRight = createAnswerCheck({ pointer: '/top/0/class', values: [281, 'cat'] });
    expect(isRight(answer({ top: [{ class: 281 }] }), 0)).toBe(true);
    expect(isRight(answer({ top: [{ class: 282 }] }), 0)).toBe(false);
    expect(isRight(answer({ top: [{ class: 281 }] }), 1)).toBe(false);
    expect(isRight(answer({ top: [{ class: 'cat' }] }), 1)).toBe(true);
    expect(isRight(answer({ top: [{ class: '281' }] }), 0)).toBe(false);
    expect(isRight(answer({ top: [] }), 0)).toBe(false);
  });

  it('goes by the image that the server says it drew, whatever was asked', () => {
    const drawn = { pointer: '/image', names: ['boat.jpg', 'cat.jpg'] };
    const isRight = createAnswerCheck({ pointer: '/class', values: [600, 281], drawn });
    expect(isRight(answer({ image: 'cat.jpg', class: 281 }), 0)).toBe(true);
    expect(isRight(answer({ image: 'boat.jpg', class: 281 }), 0)).toBe(false);
    expect(isRight(answer({ image: 'dog.jpg', class: 281 }), 0)).toBe(false);
    expect(isRight(answer({ image: 'dog.jpg' }), 0)).toBe(false);
    expect(isRight(answer({ class: 600 }), 0)).toBe(false);
  });

  it('takes every JSON where nothing is expected, and no other text', () => {
    const isRight = createAnswerCheck(undefined);
    expect(isRight(answer({ anything: 1 }), 0)).toBe(true);
    expect(isRight(Buffer.from('{"half":'), 0)).toBe(false);
    expect(isRight(Buffer.alloc(0), 0)).toBe(false);
  });
});
