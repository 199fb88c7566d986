import { isDeepStrictEqual } from 'node:util';
import { suggest } from './suggest.ts';
import { UsageError } from './usage-error.ts';

/** Which values an option takes, wherever they are from: bounds, and how text becomes a value and back. */
export interface Kind<Value> {
  /** For usage lines, such as `N,…`. Empty: a flag, which takes no value. */
  readonly placeholder: string;
  /** Which values it takes; follows "give". */
  readonly expected: string;
  /** The option may come several times, and `read` gets the texts joined by this. Absent: the last one counts. */
  readonly joinedBy?: string;
  /** @throws UsageError that says why the text is refused */
  read(text: string): Value;
  /** Text from which {@link read} gives the value again. */
  write(value: Value): string;
  /** What is wrong with a value from JSON; empty: nothing. */
  wrong(value: unknown): readonly Wrong[];
}

/** A value that does not fit, and its place in the whole: `[2].key`, empty for the whole itself. */
export interface Wrong {
  readonly place: string;
  readonly value: unknown;
}

export const itself = (value: unknown): readonly Wrong[] => [{ place: '', value }];

/** Where a value is wrong unless it fits. */
const unless =
  (fits: (value: unknown) => boolean) =>
  (value: unknown): readonly Wrong[] =>
    fits(value) ? [] : itself(value);

/** What is wrong with a part of a value. */
export const inside = (key: string, wrong: readonly Wrong[]): readonly Wrong[] =>
  wrong.map(({ place, value }) => ({
    place: `${/^\d+$/.test(key) ? `[${key}]` : `.${key}`}${place}`,
    value,
  }));

export const giving = (message: string, expected: string): UsageError =>
  new UsageError(message, `give ${expected}`);

const boundsProblem = (
  value: number,
  [least, most]: readonly [number, number],
  write: (bound: number) => string = String,
): string | undefined => {
  if (value < least) return `${write(value)} is below ${write(least)}`;
  return value > most ? `${write(value)} is above ${write(most)}` : undefined;
};

const numeric =
  (what: string, pattern: RegExp, fits: (value: unknown) => boolean) =>
  (least: number, most: number): Kind<number> => {
    const expected = `${what} from ${least} to ${most}`;
    return {
      placeholder: 'N',
      expected,
      read(text) {
        if (!pattern.test(text)) throw giving(`"${text}" is not ${what}`, expected);
        const value = Number(text);
        const problem = boundsProblem(value, [least, most]);
        if (problem !== undefined) throw giving(problem, expected);
        return value;
      },
      write: String,
      wrong: unless(
        (value) => fits(value) && boundsProblem(Number(value), [least, most]) === undefined,
      ),
    };
  };

export const integer = numeric('a whole number', /^-?\d+$/, Number.isInteger);

export const number = numeric('a number', /^-?\d+(\.\d+)?$/, Number.isFinite);

const TIME = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Without the last digits, where 1.1 s would be 1100.0000000000002 ms. */
const exact = (value: number): number => Number(value.toPrecision(12));

/**
 * A number that always carries its unit, in upper or lower case; only 0 needs none. Its values are numbers of `unit`, and so are
 * the bounds. What several units make together is added up: `1h30m`.
 *
 * @param units the size of each unit, from small to large
 */
const quantity = <const Unit extends string>(
  [what, placeholder, example]: readonly [string, string, string],
  units: Readonly<Record<Unit, number>>,
  unit: NoInfer<Unit>,
) => {
  const sizes = Object.entries<number>(units);
  /** Whole numbers of the large units, and what is left in one of the two smallest: `1h30m`, `1.5s`. */
  const parts = (size: number): string => {
    const found = sizes.findLastIndex(([, one]) => size >= one);
    const [name, one] = sizes[Math.max(found, 0)] ?? [unit, 1];
    if (found < 2) return `${exact(size / one)}${name}`;
    const rest = exact(size % one);
    return `${Math.floor(size / one)}${name}${rest === 0 ? '' : parts(rest)}`;
  };
  const write = (value: number): string => {
    if (value === 0) return '0';
    return `${value < 0 ? '-' : ''}${parts(exact(Math.abs(value) * units[unit]))}`;
  };
  /** @returns undefined if the text has another form, or its units do not go from large to small */
  const sizeIn = (text: string): number | undefined => {
    let [size, above] = [0, Infinity];
    for (const [, digits, name = ''] of text.matchAll(/([\d.]+)([a-z/%]+)/gi)) {
      const [, one] = sizes.find(([own]) => own.toLowerCase() === name.toLowerCase()) ?? [];
      if (one === undefined || one >= above) return undefined;
      size += Number(digits) * one;
      above = one;
    }
    return size;
  };
  return (least: number, most: number): Kind<number> => {
    const expected = `${what} from ${write(least)} to ${write(most)}, such as ${example}`;
    return {
      placeholder,
      expected,
      read(text) {
        if (/^\d+(?:\.\d+)?$/.test(text) && Number(text) > 0) {
          throw new UsageError(`${text} has no unit`, `write ${text}${unit}`);
        }
        const isFormed = /^(?:-?0|-?(?:\d+(?:\.\d+)?[a-z/%]+)+)$/i.test(text);
        const size = isFormed ? sizeIn(text) : undefined;
        if (size === undefined) throw giving(`"${text}" is not ${what}`, expected);
        const value = exact((text.startsWith('-') ? -size : size) / units[unit]);
        const problem = boundsProblem(value, [least, most], write);
        if (problem !== undefined) throw giving(problem, expected);
        return value;
      },
      write,
      wrong: unless((value) => typeof value === 'number'),
    };
  };
};

export const milliseconds = quantity(['a duration', 'TIME', '50ms'], TIME, 'ms');
export const seconds = quantity(['a duration', 'TIME', '30s'], TIME, 's');
export const hours = quantity(['a duration', 'TIME', '4h'], TIME, 'h');
export const percent = quantity(['a percentage', 'PERCENT', '5%'], { '%': 1 }, '%');
export const perSecond = quantity(['a rate', 'RATE', '50/s'], { '/s': 1 }, '/s');
export const usd = quantity(['an amount', 'AMOUNT', '1.5USD'], { USD: 1 }, 'USD');

/** What is left of a name in whatever case and with whatever marks it is typed. */
const lettersOf = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

/**
 * One of a few words, in whatever case they are typed.
 *
 * @param what the noun for one of them
 * @param titleOf how a word is called where people read it, which is taken too
 * @param groupOf what several words have in common: one that is near to it may mean each of them
 */
export const choice = <const Word extends string>(
  what: string,
  words: readonly Word[],
  titleOf: (word: Word) => string = String,
  groupOf: (word: Word) => string = String,
): Kind<Word> => ({
  placeholder: 'NAME',
  expected: `one of ${words.join(', ')}`,
  read(text) {
    const letters = lettersOf(text);
    const found = words.find((word) =>
      [word, titleOf(word)].some((name) => lettersOf(name) === letters),
    );
    if (found !== undefined) return found;
    const near = suggest(text, [...words.map(groupOf), ...words]);
    const meant = words.filter((word) => word === near || groupOf(word) === near);
    const [first, second] = meant;
    if (first !== undefined && second === undefined) {
      throw new UsageError(`there is no ${what} "${text}"`, `did you mean ${first}?`);
    }
    throw new UsageError(
      `there is no ${what} "${text}"`,
      first === undefined
        ? `use one of ${words.join(', ')}`
        : `did you mean one of ${meant.join(', ')}?`,
    );
  },
  write: String,
  wrong: unless((value) => words.some((word) => word === value)),
});

/** Text of a form; any that is not empty where none is given. */
export const text = (
  placeholder: string,
  expected: string,
  pattern: Pick<RegExp, 'test'> = /^[^\0]+$/,
): Kind<string> => ({
  placeholder,
  expected,
  read(value) {
    if (!pattern.test(value)) throw giving(`"${value}" does not fit`, expected);
    return value;
  },
  write: String,
  wrong: unless((value) => typeof value === 'string' && pattern.test(value)),
});

export const file = (placeholder = 'FILE'): Kind<string> => text(placeholder, 'the path of a file');

export const folder: Kind<string> = text('DIR', 'the path of a folder');

/** It is there or not; with `--no-` before its name it is said not to be. */
export const flag: Kind<boolean> = {
  placeholder: '',
  expected: 'true or false',
  read(value) {
    if (value === 'true' || value === 'false') return value === 'true';
    throw giving(`"${value}" does not fit`, 'true or false');
  },
  write: String,
  wrong: unless((value) => typeof value === 'boolean'),
};

/** Values separated by commas, each of them once. `expand` gives the values of one part. */
const listOf = <Value>(
  item: Kind<Value>,
  expected: string,
  expand: (part: string) => readonly Value[],
): Kind<readonly Value[]> => ({
  placeholder: `${item.placeholder},…`,
  expected,
  joinedBy: ',',
  read(value) {
    const parts = value.split(',').map((part) => part.trim());
    if (parts.includes('')) {
      throw new UsageError(`"${value}" has an empty item`, 'separate the values by single commas');
    }
    const values = parts.flatMap(expand);
    const twice = values.find((one, index) => values.indexOf(one) < index);
    if (twice !== undefined) {
      throw new UsageError(`${item.write(twice)} is given twice`, 'give each value once');
    }
    return values;
  },
  write: (values) => values.map((one) => item.write(one)).join(','),
  wrong(value) {
    if (!Array.isArray(value) || new Set(value).size < value.length) return itself(value);
    return value.flatMap((one, index) => inside(String(index), item.wrong(one)));
  },
});

export const list = <Value>(
  item: Kind<Value>,
  expected = `a list, each item ${item.expected}`,
): Kind<readonly Value[]> => listOf(item, expected, (part) => [item.read(part)]);

/** As {@link list}, or the word `all`. */
export const listOrAll = <Value>(
  item: Kind<Value>,
  all: readonly Value[],
): Kind<readonly Value[]> => {
  const some = list(item);
  return {
    ...some,
    read: (value) => (value === 'all' ? all : some.read(value)),
    write: (values) => (isDeepStrictEqual(values, all) ? 'all' : some.write(values)),
  };
};

/** Whole numbers and ranges of them: `1,4,8` or `1-8`. */
export const ranges = (item: Kind<number>): Kind<readonly number[]> =>
  listOf(item, `a list such as 1,4,8 or 1-8, each item ${item.expected}`, (part) => {
    const [, first, last] = /^(\d+)-(\d+)$/.exec(part) ?? [];
    if (first === undefined || last === undefined) return [item.read(part)];
    const [from, to] = [item.read(first), item.read(last)];
    if (to < from) throw new UsageError(`${part} counts down`, `write ${last}-${first}`);
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });

/** Words for another program, as they are. */
export const verbatim: Kind<readonly string[]> = {
  placeholder: 'WORD',
  expected: 'words',
  joinedBy: '\0',
  read: (value) => value.split('\0'),
  write: (values) => values.join('\0'),
  wrong: unless(Array.isArray),
};
