import * as fc from 'fast-check';
import {
  choice,
  flag,
  hours,
  integer,
  list,
  listOrSet,
  milliseconds,
  number,
  percent,
  perSecond,
  ranges,
  seconds,
  text,
  usd,
  type Kind,
} from '../../../serving-configs/options/kinds.ts';
import { object } from '../../../serving-configs/options/object.ts';

const usage = (message: string, hint: string) =>
  expect.objectContaining({ name: 'UsageError', message, hint }) as unknown as Error;

/** Adds the text and the expectation of its kind to rows, for the titles of their tests. */
const named = <Row extends readonly [Kind<unknown>, string, ...unknown[]]>(rows: readonly Row[]) =>
  rows.map((row): [string, string, Row] => [row[1], row[0].expected, row]);

describe('the kinds of options', () => {
  it.each(
    named<[Kind<unknown>, string, unknown]>([
      [integer(0, 10), '7', 7],
      [number(0.01, 100), '12.5', 12.5],
      [seconds(0.1, 60), '1.5s', 1.5],
      [seconds(0.1, 60), '500ms', 0.5],
      [seconds(0.1, 3600), '2m', 120],
      [milliseconds(0, 60_000), '1.1s', 1100],
      [milliseconds(0, 60_000), '0', 0],
      [seconds(0.1, 86_400), '1h30m', 5400],
      [seconds(0.1, 86_400), '1m30.5s', 90.5],
      [milliseconds(0, 60_000), '1S', 1000],
      [hours(0.1, 72), '2d', 48],
      [hours(0.1, 72), '30m', 0.5],
      [percent(0.1, 100), '2.5%', 2.5],
      [choice('serving', ['torchserve', 'flask']), 'TorchServe', 'torchserve'],
      [choice('serving', ['ray_serve'], () => 'Ray (Serve)'), 'ray serve', 'ray_serve'],
      [choice('serving', ['mms'], () => 'Multi Model Server'), 'multi-model server', 'mms'],
      [perSecond(0, 100), '12.5/s', 12.5],
      [usd(0, 100), '2USD', 2],
      [usd(0, 100), '0.5usd', 0.5],
      [list(integer(1, 99)), '3, 1', [3, 1]],
      [listOrSet(integer(1, 99), { all: [1, 2, 3] }), 'all', [1, 2, 3]],
      [listOrSet(integer(1, 99), { all: [1, 2, 3], odd: [1, 3] }), 'odd', [1, 3]],
      [ranges(integer(1, 99)), '1,10,20-22', [1, 10, 20, 21, 22]],
      [ranges(integer(1, 99)), '5-5', [5]],
      [flag, 'false', false],
    ]),
  )('read %j as %s', (_given, _expected, [kind, given, value]) => {
    expect(kind.read(given)).toEqual(value);
    expect(kind.read(kind.write(value))).toEqual(value);
    expect(kind.wrong(value)).toEqual([]);
  });

  it.each(
    named<[Kind<unknown>, string, string, string]>([
      [integer(1, 9), '0', '0 is below 1', 'give a whole number from 1 to 9'],
      [integer(1, 9), '-1', '-1 is below 1', 'give a whole number from 1 to 9'],
      [integer(1, 9), '1e3', '"1e3" is not a whole number', 'give a whole number from 1 to 9'],
      [number(0.5, 9), '9.01', '9.01 is above 9', 'give a number from 0.5 to 9'],
      [number(0.5, 9), '', '"" is not a number', 'give a number from 0.5 to 9'],
      [seconds(0.1, 60), '10', '10 has no unit', 'write 10s'],
      [milliseconds(0, 60), '15', '15 has no unit', 'write 15ms'],
      [
        seconds(0.1, 60),
        '10 s',
        '"10 s" is not a duration',
        'give a duration from 100ms to 1m, such as 30s',
      ],
      [
        seconds(0.1, 60),
        '50ms',
        '50ms is below 100ms',
        'give a duration from 100ms to 1m, such as 30s',
      ],
      ...['30m1h', '1h1h', '1h30', '1h-30m', '1x', '1.2.3s'].map(
        (given): [Kind<unknown>, string, string, string] => [
          seconds(0.1, 60),
          given,
          `"${given}" is not a duration`,
          'give a duration from 100ms to 1m, such as 30s',
        ],
      ),
      [seconds(0.1, 60), '0', '0 is below 100ms', 'give a duration from 100ms to 1m, such as 30s'],
      [
        choice('profile', ['quick', 'slo']),
        'quik',
        'there is no profile "quik"',
        'did you mean quick?',
      ],
      [
        choice(
          'serving',
          ['fast_json', 'fast_bytes', 'slow'],
          String,
          (word) => word.split('_')[0] ?? '',
        ),
        'fats',
        'there is no serving "fats"',
        'did you mean one of fast_json, fast_bytes?',
      ],
      [
        choice('profile', ['quick', 'slo']),
        'x',
        'there is no profile "x"',
        'give one of quick, slo',
      ],
      [choice(undefined, ['each', 'once']), 'x', '"x" is not valid', 'give one of each, once'],
      [
        list(integer(1, 9)),
        '1,,2',
        '"1,,2" has an empty item',
        'separate the values by single commas',
      ],
      [list(integer(1, 9)), '8,1,1', '1 is given twice', 'give each value once'],
      [ranges(integer(1, 9)), '1-4,3', '3 is given twice', 'give each value once'],
      [ranges(integer(1, 9)), '4-1', '4-1 counts down', 'write 1-4'],
      [
        ranges(integer(1, 9)),
        '1..4',
        '"1..4" is neither a whole number nor a range',
        'give a list such as 1,4,8 or 1-8, each item a whole number from 1 to 9',
      ],
      [ranges(integer(1, 9)), '1-10', '10 is above 9', 'give a whole number from 1 to 9'],
      [text('ID', 'two letters', /^[a-z]{2}$/), 'abc', '"abc" is not valid', 'give two letters'],
    ]),
  )('refuse %j as %s', (_given, _expected, [kind, given, message, hint]) => {
    expect(() => kind.read(given)).toThrow(usage(message, hint));
  });

  it('find what is wrong with a value from JSON, and at which path', () => {
    expect(integer(1, 9).wrong('3')).toEqual([{ keyPath: '', value: '3' }]);
    expect(integer(1, 9).wrong(1.5)).toEqual([{ keyPath: '', value: 1.5 }]);
    expect(list(integer(1, 9)).wrong([1, 10, 'a'])).toEqual([
      { keyPath: '[1]', value: 10 },
      { keyPath: '[2]', value: 'a' },
    ]);
    expect(list(integer(1, 9)).wrong([1, 1])).toEqual([{ keyPath: '', value: [1, 1] }]);
    const kind = object('an object', (key) => (key === 'a' ? list(integer(1, 9)) : undefined));
    expect(kind.wrong({ a: [0], b: 1 })).toEqual([
      { keyPath: '.a[0]', value: 0 },
      { keyPath: '.b', value: 1 },
    ]);
  });

  it.each([
    ['{', '"{" is not valid'],
    ['[]', '"[]" is not valid'],
    ['{"a":[0]}', 'a[0] is 0'],
    ['{"b":"x"}', 'b is "x"'],
  ])('refuse %s as an object', (given, message) => {
    const kind = object('an object', (key) => (key === 'a' ? list(integer(1, 9)) : undefined));

    expect(() => kind.read(given)).toThrow(usage(message, 'give an object'));
  });

  it('read every duration back from its text', () => {
    const kind = seconds(0, 86_400);

    fc.assert(
      fc.property(fc.integer({ min: 0, max: 86_400_000 }), (ms) => {
        expect(kind.read(kind.write(ms / 1000))).toBe(ms / 1000);
      }),
    );
  });
});
