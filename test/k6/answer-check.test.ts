import { compilePointer, createAnswerCheck } from '../../k6/answer-check.ts';

const drawn = {
  pointer: '/class',
  values: [281, 7],
  drawn: { pointer: '/image', names: ['cat.jpg', 'boat.jpg'] },
};
const expected = { pointer: '/top/0/class', values: [281, 'cat'] };

describe('The check of an answer', () => {
  it.each<[string, Parameters<typeof createAnswerCheck>[0], string, number, boolean]>([
    ['the class of the image that was sent', expected, '{"top":[{"class":281}]}', 0, true],
    ['another class', expected, '{"top":[{"class":282}]}', 0, false],
    ['the class of another image', expected, '{"top":[{"class":281}]}', 1, false],
    ['a class by name', expected, '{"top":[{"class":"cat"}]}', 1, true],
    ['a number as text', expected, '{"top":[{"class":"281"}]}', 0, false],
    ['no such place', expected, '{"top":[]}', 0, false],
    ['text that is not JSON', expected, 'Internal error', 0, false],
    ['half of its JSON', undefined, '{"half":', 0, false],
    ['nothing', undefined, '', 0, false],
    ['any JSON if nothing is expected', undefined, '[]', 0, true],
    ['anything if only the status is checked', 'status', '', 0, true],
    ['the class of the drawn image', drawn, '{"image":"boat.jpg","class":7}', 0, true],
    [
      'the class of an image that was not drawn',
      drawn,
      '{"image":"boat.jpg","class":281}',
      0,
      false,
    ],
    ['an image that is not in the data set', drawn, '{"image":"dog.jpg","class":281}', 0, false],
    ['an answer that does not name its image', drawn, '{"class":281}', 0, false],
  ])('judges %s', (_, expectation, body, image, isCorrect) => {
    expect(createAnswerCheck(expectation)(body, image)).toBe(isCorrect);
  });
});

describe('A JSON pointer', () => {
  // The document and the pointers of RFC 6901, section 5.
  const document = { foo: ['bar', 'baz'], '': 0, 'a/b': 1, 'c%d': 2, 'm~n': 8, ' ': 7 };

  it.each([
    ['', document],
    ['/foo', ['bar', 'baz']],
    ['/foo/0', 'bar'],
    ['/', 0],
    ['/a~1b', 1],
    ['/c%d', 2],
    ['/m~0n', 8],
    ['/ ', 7],
    ['/foo/2', undefined],
    ['/foo/-', undefined],
    ['/bar', undefined],
    ['/foo/0/1', undefined],
    ['/constructor', undefined],
  ])('%j reads %j', (pointer, value) => {
    expect(compilePointer(pointer)(document)).toEqual(value);
  });

  it('must start with a slash', () => {
    expect(() => compilePointer('top.0')).toThrow('"top.0"');
  });
});
