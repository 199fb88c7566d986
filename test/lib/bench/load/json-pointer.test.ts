import { compilePointer } from '../../../../lib/bench/load/answer-check.ts';

// The document and the pointers of RFC 6901, section 5.
const document = { foo: ['bar', 'baz'], '': 0, 'a/b': 1, 'c%d': 2, 'm~n': 8, ' ': 7 };

describe('JSON pointers', () => {
  it.each([
    ['', document],
    ['/foo', ['bar', 'baz']],
    ['/foo/0', 'bar'],
    ['/', 0],
    ['/a~1b', 1],
    ['/c%d', 2],
    ['/m~0n', 8],
    ['/ ', 7],
  ])('%j reads the value that it names', (pointer, value) => {
    expect(compilePointer(pointer)(document)).toEqual(value);
  });

  it.each(['/foo/2', '/foo/-', '/bar', '/foo/0/1', '/constructor'])(
    '%j reads nothing where there is nothing',
    (pointer) => {
      expect(compilePointer(pointer)(document)).toBeUndefined();
    },
  );

  it('reads nothing from what is no object', () => {
    expect(compilePointer('/a')(null)).toBeUndefined();
    expect(compilePointer('/a')('text')).toBeUndefined();
  });

  it('refuses a text that is no pointer', () => {
    expect(() => compilePointer('top.0')).toThrow('"top.0" is not a JSON pointer');
  });
});
