import {
  readCommandLine,
  writeArguments,
  type Options,
} from '../../../serving-configs/options/command.ts';
import { helpOf } from '../../../serving-configs/options/help.ts';
import {
  choice,
  flag,
  integer,
  ranges,
  text,
  verbatim,
} from '../../../serving-configs/options/kinds.ts';

const options = {
  what: { kind: text('WHAT', 'a word'), description: 'the subject', required: true },
  rest: { kind: verbatim, description: 'for others' },
  levels: { kind: ranges(integer(1, 9)), description: 'users', conflicts: ['rate'] },
  rate: { kind: integer(1, 9), description: 'speed', default: 2 },
  on: { kind: choice('place', ['here', 'there']), description: 'where', default: 'here' },
  pair: { kind: integer(1, 9), description: 'one of them', onlyWith: ['--on there'] },
  quiet: { kind: flag, description: 'no words', onlyWith: ['--rate', '--pair', '--unknown x'] },
  end: { kind: flag, description: 'ends', negatable: true },
  late: { kind: flag, description: 'later', onlyWith: ['REST'], conflicts: ['what'] },
} as const satisfies Options;

const command = {
  name: 'tool do',
  typed: 'npx tool do',
  description: 'Does it.',
  words: ['what', 'rest'],
  options,
  first: ['levels', 'on'],
  headings: { on: 'places' },
  examples: ['npx tool do it'],
  exitCodes: '0 done; 2 not',
};

const read = (line: string, weaker = '') =>
  readCommandLine(
    command,
    line.split(' ').filter((word) => word !== ''),
    weaker.split(' ').filter((word) => word !== ''),
  );

const usage = (message: string, hint: string) =>
  expect.objectContaining({ name: 'UsageError', message, hint }) as unknown as Error;

describe('a command line', () => {
  it('gives typed values and defaults', () => {
    expect(read('it --levels 1-3 --on there --pair=4 --no-end')).toEqual({
      what: 'it',
      levels: [1, 2, 3],
      rate: 2,
      on: 'there',
      pair: 4,
      end: false,
    });
  });

  it('joins lists, and takes the last of other values', () => {
    expect(read('it --levels 1 --levels 3')).toMatchObject({ levels: [1, 3] });
    expect(read('it --rate 1 --rate 3 --end')).toMatchObject({ rate: 3, end: true });
  });

  it('passes words after -- on unchanged', () => {
    expect(read('it -- -c a=1,2 --levels')).toMatchObject({ rest: ['-c', 'a=1,2', '--levels'] });
  });

  it('takes missing values from the weaker arguments', () => {
    expect(read('it --rate 3', 'other --rate 1 --end --on there')).toMatchObject({
      what: 'it',
      rate: 3,
      end: true,
      on: 'there',
    });
  });

  it.each(['--help', 'it --nonsense -h', '--rate x --help'])('asks for help with %s', (line) => {
    expect(read(line)).toBe('help');
    expect(read(`${line} --all`)).toBe('help --all');
  });

  it.each([
    ['', '"tool do" needs WHAT', 'give a word'],
    ['it --level 1', '"tool do" has no option --level', 'did you mean --levels?'],
    ['it --xyzzy', '"tool do" has no option --xyzzy', 'see "npx tool do --help"'],
    ['it -x', '"tool do" has no option -x', 'see "npx tool do --help"'],
    ['it --what x', '"tool do" has no option --what', 'see "npx tool do --help"'],
    ['it --no-rate', '"tool do" has no option --no-rate', 'see "npx tool do --help"'],
    ['it --rate', '--rate needs a value', 'give a whole number from 1 to 9'],
    ['it --rate --end', '--rate needs a value', 'give a whole number from 1 to 9'],
    ['it --end=yes', '--end takes no value', 'write --end'],
    ['it --levels 0', '--levels: 0 is below 1', 'give a whole number from 1 to 9'],
    ['it --levels -1', '--levels: -1 is below 1', 'give a whole number from 1 to 9'],
    ['it --levels 1 --rate 1', '--levels cannot be combined with --rate', 'give one of them'],
    ['it --late', '--late cannot be combined with WHAT', 'give one of them'],
    ['it --pair 1', '--pair needs --on there', 'give --on there, or leave --pair out'],
    [
      'it --levels 1 --pair 1 --on here',
      '--pair needs --on there',
      'give --on there, or leave --pair out',
    ],
  ])('is refused: %j', (line, message, hint) => {
    expect(() => read(line)).toThrow(usage(message, hint));
  });

  it('is written from values and gives the same values again', () => {
    const values = { levels: [1, 2, 5], on: 'there', pair: 3, end: false };
    const { what: _, rest: __, late: ___, ...named } = options;
    const args = writeArguments(named, values);

    expect(args).toEqual(['--levels', '1,2,5', '--on', 'there', '--pair', '3', '--no-end']);
    expect(read(['it', ...args].join(' '))).toMatchObject(values);
  });
});

describe('the help of a command', () => {
  it('shows only the most used options', () => {
    expect(helpOf(command)).toBe(`usage: tool do WHAT [REST …] [options]

Does it.

  WHAT  the subject
  REST  for others

  --levels N,…  users
  --on NAME     where (default: here)
  --help        this text; "npx tool do --help --all" shows 5 more options

examples
  npx tool do it

exit codes
  0 done
  2 not
`);
  });

  it('shows all options below their headings with --all', () => {
    expect(helpOf(command, 'help --all')).toContain(`
  --levels N,…  users
  --rate N      speed (default: 2)

places
  --on NAME     where (default: here)
  --pair N      one of them (needs --on there)
  --quiet       no words
  --[no-]end    ends
  --late        later (needs REST)
  --help        this text
`);
  });
});
