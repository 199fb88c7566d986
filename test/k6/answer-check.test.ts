import { createAnswerCheck as createEmbedded } from '../../lib/bench/load/answer-check.ts';
import { createAnswerCheck } from '../../k6/answer-check.ts';

const drawn = {
  pointer: '/class',
  values: [281, 7],
  drawn: { pointer: '/image', names: ['cat.jpg', 'boat.jpg'] },
};
const expect281 = { pointer: '/top/0/class', values: [281, 7] };

describe('the check of an answer in the load script', () => {
  it.each<[string, typeof expect281 | 'status' | undefined, string, boolean]>([
    ['the right class', expect281, '{"top":[{"class":281}]}', true],
    ['the class of another image', expect281, '{"top":[{"class":7}]}', false],
    ['no such place', expect281, '{"top":[]}', false],
    ['an inherited name', { pointer: '/toString', values: [281, 7] }, '{}', false],
    ['an escaped name', { pointer: '/a~1b~0', values: [281, 7] }, '{"a/b~":281}', true],
    ['no JSON', expect281, 'Internal error', false],
    ['nothing', undefined, '', false],
    ['any JSON where nothing is expected', undefined, '[]', true],
    ['the class of the image that was drawn', drawn, '{"image":"boat.jpg","class":7}', true],
    ['the class of another than was drawn', drawn, '{"image":"boat.jpg","class":281}', false],
    ['an image that is not of the data set', drawn, '{"image":"dog.jpg"}', false],
    ['no JSON where only the status is asked for', 'status', '', true],
  ])('judges %s as the embedded engine does', (_, expected, body, right) => {
    expect(createAnswerCheck(expected)(body, 0)).toBe(right);
    expect(createEmbedded(expected)(Buffer.from(body), 0)).toBe(right);
  });

  it('refuses what is no JSON pointer', () => {
    expect(() => createAnswerCheck({ pointer: 'top', values: [] })).toThrow(
      '"top" is not a JSON pointer: it must be empty or begin with "/".',
    );
  });
});
