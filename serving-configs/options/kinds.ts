import { isDeepStrictEqual } from 'node:util';
import { suggest } from './suggest.ts';
import { UsageError } from './usage-error.ts';

/** The values that an option accepts: their bounds, and how they are read from text and JSON. */
export interface Kind<Value> {
  /** What stands for the value in usage lines, such as `N,…`. Empty for a flag, which takes no value. */
  readonly placeholder: string;
  /** Describes the accepted values; completes a sentence that begins with "give". */
  readonly expected: string;
  /** If the option is given several times, `read` gets the texts joined by this. Absent: only the last one counts. */
  readonly joinedBy?: string;
  /** What a shell offers when it completes the value: these words, or paths. Absent: nothing. */
  readonly completions?: readonly string[] | 'file' | 'folder';
  /** @throws UsageError that says why the text is refused */
  read(text: string): Value;
  /** The inverse of {@link read}. */
  write(value: Value): string;
  /** Lists what is wrong with a value from JSON; empty if it is valid. */
  wrong(value: unknown): readonly Wrong[];
}

/** An invalid value and its path within the checked value, such as `[2].key`; the path of the checked value itself is empty. */
export interface Wrong {
  readonly keyPath: string;
  readonly value: unknown;
}

/** The problem of a value that is wrong as a whole. */
export const wrongValue = (value: unknown): readonly Wrong[] => [{ keyPath: '', value }];

/** A check that rejects the value itself unless it fits. */
const unless =
  (fits: (value: unknown) => boolean) =>
  (value: unknown): readonly Wrong[] =>
    fits(value) ? [] : wrongValue(value);

/** Moves problems of the value below a key to their paths in the value above. */
export const atKey = (key: string, wrong: readonly Wrong[]): readonly Wrong[] =>
  wrong.map(({ keyPath, value }) => ({
    keyPath: `${/^\d+$/.test(key) ? `[${key}]` : `.${key}`}${keyPath}`,
    value,
  }));

/** The error for text that an option does not accept. */
export const invalidValue = (message: string, expected: string): UsageError =>
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
        if (!pattern.test(text)) throw invalidValue(`"${text}" is not ${what}`, expected);
        const value = Number(text);
        const problem = boundsProblem(value, [least, most]);
        if (problem !== undefined) throw invalidValue(problem, expected);
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

/** Rounds floating-point noise away: 1.1 s is 1100 ms, not 1100.0000000000002 ms. */
const exact = (value: number): number => Number(value.toPrecision(12));

/**
 * A number with its unit, in upper or lower case; only 0 needs no unit. Several units are added up: `1h30m`. The first argument has the
 * noun, the placeholder and an example.
 *
 * @param units the size of each unit, from small to large
 * @param unit the unit of the values and of their bounds
 */
const quantity = <const Unit extends string>(
  [what, placeholder, example]: readonly [string, string, string],
  units: Readonly<Record<Unit, number>>,
  unit: NoInfer<Unit>,
) => {
  const sizes = Object.entries<number>(units);
  /** Writes whole numbers of the larger units and one decimal number of the two smallest: `1h30m`, `1.5s`. */
  const parts = (size: number): string => {
    const largest = sizes.findLastIndex(([, unitSize]) => size >= unitSize);
    const [name, unitSize] = sizes[Math.max(largest, 0)] ?? [unit, 1];
    if (largest < 2) return `${exact(size / unitSize)}${name}`;
    const rest = exact(size % unitSize);
    return `${Math.floor(size / unitSize)}${name}${rest === 0 ? '' : parts(rest)}`;
  };
  const write = (value: number): string => {
    if (value === 0) return '0';
    return `${value < 0 ? '-' : ''}${parts(exact(Math.abs(value) * units[unit]))}`;
  };
  /** @returns undefined if a unit is unknown, or the units do not go from large to small */
  const sizeIn = (text: string): number | undefined => {
    let [size, lastUnitSize] = [0, Infinity];
    for (const [, digits, name = ''] of text.matchAll(/([\d.]+)([a-z/%]+)/gi)) {
      const [, unitSize] =
        sizes.find(([known]) => known.toLowerCase() === name.toLowerCase()) ?? [];
      if (unitSize === undefined || unitSize >= lastUnitSize) return undefined;
      size += Number(digits) * unitSize;
      lastUnitSize = unitSize;
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
          const [larger = unit] = sizes[sizes.findIndex(([name]) => name === unit) + 1] ?? [];
          const isPossible = (sizeIn(text + larger) ?? 0) <= most * units[unit];
          const other = isPossible && larger !== unit ? ` or ${text}${larger}` : '';
          throw new UsageError(`${text} has no unit`, `write ${text}${unit}${other}`);
        }
        const isFormed = /^(?:-?0|-?(?:\d+(?:\.\d+)?[a-z/%]+)+)$/i.test(text);
        const size = isFormed ? sizeIn(text) : undefined;
        if (size === undefined) throw invalidValue(`"${text}" is not ${what}`, expected);
        const value = exact((text.startsWith('-') ? -size : size) / units[unit]);
        const problem = boundsProblem(value, [least, most], write);
        if (problem !== undefined) throw invalidValue(problem, expected);
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
export const mebibytes = quantity(['a size', 'SIZE', '4GiB'], { MiB: 1, GiB: 1024 }, 'MiB');
export const percent = quantity(['a percentage', 'PERCENT', '5%'], { '%': 1 }, '%');
export const perSecond = quantity(['a rate', 'RATE', '50/s'], { '/s': 1 }, '/s');
export const usd = quantity(['an amount', 'AMOUNT', '1.5USD'], { USD: 1 }, 'USD');

/** The letters and digits of a name, in lower case. */
const lettersOf = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

/**
 * One of a few words. Case and punctuation do not matter.
 *
 * @param what a noun for such a word in messages, if there is a common one
 * @param titleOf the title of a word in reports, which is accepted too
 * @param groupOf a name that several words share: a typo of it suggests all of them
 */
export const choice = <const Word extends string>(
  what: string | undefined,
  words: readonly Word[],
  titleOf: (word: Word) => string = String,
  groupOf: (word: Word) => string = String,
): Kind<Word> => ({
  placeholder: 'NAME',
  expected: `one of ${words.join(', ')}`,
  completions: words,
  read(text) {
    const letters = lettersOf(text);
    const found = words.find((word) =>
      [word, titleOf(word)].some((name) => lettersOf(name) === letters),
    );
    if (found !== undefined) return found;
    const near = suggest(text, [...words.map(groupOf), ...words]);
    const meant = words.filter((word) => word === near || groupOf(word) === near);
    const among = meant.length === 1 ? '' : 'one of ';
    throw new UsageError(
      what === undefined ? `"${text}" is not valid` : `there is no ${what} "${text}"`,
      meant.length === 0
        ? `give one of ${words.join(', ')}`
        : `did you mean ${among}${meant.join(', ')}?`,
    );
  },
  write: String,
  wrong: unless((value) => words.some((word) => word === value)),
});

/** Text that matches a pattern, by default any text that is not empty. */
export const text = (
  placeholder: string,
  expected: string,
  pattern: Pick<RegExp, 'test'> = /^[^\0]+$/,
): Kind<string> => ({
  placeholder,
  expected,
  read(value) {
    if (!pattern.test(value)) throw invalidValue(`"${value}" is not valid`, expected);
    return value;
  },
  write: String,
  wrong: unless((value) => typeof value === 'string' && pattern.test(value)),
});

export const file = (placeholder = 'FILE'): Kind<string> => ({
  ...text(placeholder, 'the path of a file'),
  completions: 'file',
});

export const folder: Kind<string> = {
  ...text('DIR', 'the path of a folder'),
  completions: 'folder',
};

/** A boolean: `--NAME`, or `--no-NAME` for false. */
export const flag: Kind<boolean> = {
  placeholder: '',
  expected: 'true or false',
  read(value) {
    if (value === 'true' || value === 'false') return value === 'true';
    throw invalidValue(`"${value}" is not valid`, 'true or false');
  },
  write: String,
  wrong: unless((value) => typeof value === 'boolean'),
};

/**
 * Values separated by commas, without duplicates.
 *
 * @param expand returns the values that one part between commas stands for
 */
const listOf = <Value>(
  item: Kind<Value>,
  expected: string,
  expand: (part: string) => readonly Value[],
): Kind<readonly Value[]> => ({
  placeholder: `${item.placeholder},…`,
  expected,
  joinedBy: ',',
  ...(item.completions !== undefined && { completions: item.completions }),
  read(value) {
    const parts = value.split(',').map((part) => part.trim());
    if (parts.includes('')) {
      throw new UsageError(`"${value}" has an empty item`, 'separate the values by single commas');
    }
    const values = parts.flatMap(expand);
    const duplicate = values.find((candidate, index) => values.indexOf(candidate) < index);
    if (duplicate !== undefined) {
      throw new UsageError(`${item.write(duplicate)} is given twice`, 'give each value once');
    }
    return values;
  },
  write: (values) => values.map((member) => item.write(member)).join(','),
  wrong(value) {
    if (!Array.isArray(value) || new Set(value).size < value.length) return wrongValue(value);
    return value.flatMap((member, index) => atKey(String(index), item.wrong(member)));
  },
});

export const list = <Value>(
  item: Kind<Value>,
  expected = `a list, each item ${item.expected}`,
): Kind<readonly Value[]> => listOf(item, expected, (part) => [item.read(part)]);

/** A {@link list}, or the name of a set of values; `all` is one of these names. */
export const listOrSet = <Value>(
  item: Kind<Value>,
  sets: Readonly<Record<string, readonly Value[]>> & { readonly all: readonly Value[] },
): Kind<readonly Value[]> => {
  const some = list(item);
  const named = new Map(Object.entries(sets));
  return {
    ...some,
    completions: [...sets.all.map((value) => item.write(value)), ...named.keys()],
    read: (value) => named.get(value) ?? some.read(value),
    write: (values) => {
      const [name] = [...named].find(([, set]) => isDeepStrictEqual(values, set)) ?? [];
      return name ?? some.write(values);
    },
  };
};

/** Whole numbers and ranges of them: `1,4,8` or `1-8`. */
export const ranges = (item: Kind<number>): Kind<readonly number[]> => {
  const expected = `a list such as 1,4,8 or 1-8, each item ${item.expected}`;
  return listOf(item, expected, (part) => {
    const [, first, last] = /^(-?\d+)(?:-(\d+))?$/.exec(part) ?? [];
    if (first === undefined) {
      throw invalidValue(`"${part}" is neither a whole number nor a range`, expected);
    }
    if (last === undefined) return [item.read(first)];
    const [from, to] = [item.read(first), item.read(last)];
    if (to < from) throw new UsageError(`${part} counts down`, `write ${last}-${first}`);
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
};

/** Words that are passed on to another program unchanged. */
export const verbatim: Kind<readonly string[]> = {
  placeholder: 'WORD',
  expected: 'words',
  joinedBy: '\0',
  read: (value) => value.split('\0'),
  write: (values) => values.join('\0'),
  wrong: unless(Array.isArray),
};
