import { parseArgs } from 'node:util';
import type { Kind } from './kinds.ts';
import { shellWord } from './shell-word.ts';
import { suggest } from './suggest.ts';
import { UsageError } from './usage-error.ts';

/** An environment variable: all that parsing knows of it. */
interface Variable<Value = unknown> {
  readonly kind: Kind<Value>;
  /** What holds where nothing is given. */
  readonly default?: Value;
  readonly required?: true;
}

/** An option, or a word that a command takes; all that parsing, help and documentation know of it. */
export interface Option<Value = unknown> extends Variable<Value> {
  /** What it decides. */
  readonly description: string;
  /** How the default is described where it is not a constant. */
  readonly defaultText?: string;
  /** A flag that `--no-NAME` denies. */
  readonly negatable?: true;
  /** Names of options that cannot be given beside it. */
  readonly conflicts?: readonly string[];
  /**
   * It is refused unless one of these holds: `--on aws`, `--rates` with any value, or the word `AFTER`. Those of other commands do
   * not count.
   */
  readonly onlyWith?: readonly (`--${string}` | Uppercase<string>)[];
}

/** What is given as a model, where an option takes one. */
const MODEL_FILE = /\.(onnx|ya?ml)$/i;

/** Environment variables by their names. */
export type Variables = Readonly<Record<string, Variable>>;

/** Options by their names, in the order of the help. */
export type Options = Readonly<Record<string, Option>>;

type ValueOf<Of extends Variable> =
  Of extends Variable<infer Value>
    ? Of extends { readonly default: unknown } | { readonly required: true }
      ? Value
      : Value | undefined
    : never;

/** What a program gets of its options or variables. */
export type ValuesOf<Of extends Variables> = { readonly [Name in keyof Of]: ValueOf<Of[Name]> };

/** A command line: what it takes, and how it is explained. */
export interface CommandLine<Of extends Options = Options> {
  /** As it is typed: `serving-compare run`. */
  readonly name: string;
  /** How it is started with a path or through npx: `npx serving-compare run`. Default: the name. */
  readonly typed?: string;
  readonly description: string;
  /** Names of options that are words without a name; the last may have the rest of them, where it is a list. */
  readonly words?: readonly string[];
  readonly options: Of;
  /** The options that people use most: `--help` shows these, and all of them with `--all`. Absent: it shows all. */
  readonly first?: readonly string[];
  /** The heading before an option of the help. */
  readonly headings?: Readonly<Record<string, string>>;
  /** Lines of the help below the description, as they are. */
  readonly notes?: (columns: number) => string;
  readonly examples?: readonly string[];
  readonly exitCodes?: string;
}

const seeHelp = ({ name, typed = name }: CommandLine): string => `see "${typed} --help"`;

/** How a word is named in the usage line. */
export const wordName = (name: string): string => name.toUpperCase();

const isFlag = ({ kind }: Option): boolean => kind.placeholder === '';

type Texts = Readonly<Record<string, readonly string[]>>;

/** Which help was asked for. */
export type HelpAsked = 'help' | 'help --all';

const unknownOption = (command: CommandLine, typed: string): UsageError => {
  const { words = [], options } = command;
  const names = Object.keys(options).filter((name) => !words.includes(name));
  const near = suggest(typed.replace(/^-+/, ''), names);
  return new UsageError(
    `"${command.name}" has no option ${typed}`,
    near === undefined ? seeHelp(command) : `did you mean --${near}?`,
  );
};

/** The texts that were given for each option. @throws UsageError on what the command does not have. */
const textsIn = (command: CommandLine, args: readonly string[]): Texts | HelpAsked => {
  const { words = [], options } = command;
  const named = Object.entries(options).filter(([name]) => !words.includes(name));
  const types = named.map(
    ([name, option]) => [name, { type: isFlag(option) ? 'boolean' : 'string' }] as const,
  );
  const { tokens } = parseArgs({
    args: [...args],
    options: { ...Object.fromEntries(types), help: { type: 'boolean', short: 'h' } },
    strict: false,
    tokens: true,
  });
  const isGiven = (name: string): boolean =>
    tokens.some((token) => token.kind === 'option' && token.name === name);
  if (isGiven('help')) return isGiven('all') ? 'help --all' : 'help';
  const texts: Record<string, string[]> = {};
  const add = (name: string, text: string): void => void (texts[name] ??= []).push(text);
  let word = 0;
  for (const token of tokens) {
    if (token.kind === 'positional') {
      const name = words[Math.min(word, words.length - 1)];
      if (
        name === undefined ||
        (word >= words.length && options[name]?.kind.joinedBy === undefined)
      ) {
        throw new UsageError(
          `"${command.name}" takes no "${token.value}"`,
          'model' in options && MODEL_FILE.test(token.value)
            ? `write --model ${shellWord(token.value)}`
            : seeHelp(command),
        );
      }
      add(name, token.value);
      word += 1;
    } else if (token.kind === 'option') {
      const positive = token.name.replace(/^no-/, '');
      const isDenied = positive !== token.name && options[positive]?.negatable === true;
      const name = isDenied ? positive : token.name;
      const option = words.includes(name) ? undefined : options[name];
      if (option === undefined) throw unknownOption(command, token.rawName);
      const { value, inlineValue } = token;
      if (isFlag(option)) {
        if (value !== undefined) {
          throw new UsageError(`${token.rawName} takes no value`, `write ${token.rawName}`);
        }
        add(name, String(!isDenied));
      } else if (value === undefined || (!inlineValue && /^-[^\d.]/.test(value))) {
        throw new UsageError(`${token.rawName} needs a value`, `give ${option.kind.expected}`);
      } else {
        add(name, value);
      }
    }
  }
  return texts;
};

const valueIn = (
  label: string,
  { kind, default: fallback }: Variable,
  given?: readonly string[],
) => {
  const last = given?.at(-1);
  if (given === undefined || last === undefined) return fallback;
  try {
    return kind.read(kind.joinedBy === undefined ? last : given.join(kind.joinedBy));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${label}: ${error.message}`, error.hint);
  }
};

const splitCondition = (condition: string) => {
  const [name = '', value] = condition.replace(/^--/, '').split(' ');
  return { name: condition.startsWith('--') ? name : name.toLowerCase(), value };
};

/** The conditions of an option that a command knows: one of them must hold, where there are any. */
export const conditionsOf = ({ onlyWith = [] }: Option, options: Options): readonly string[] =>
  onlyWith.filter((condition) => Object.hasOwn(options, splitCondition(condition).name));

/** Whether a condition holds for values. */
export const holds = (condition: string, values: Readonly<Record<string, unknown>>): boolean => {
  const { name, value = values[name] } = splitCondition(condition);
  return value !== undefined && values[name] === value;
};

/** @throws UsageError where the options that were given do not go together. */
const assertTogether = (
  { options, words }: CommandLine,
  given: Texts,
  values: Readonly<Record<string, unknown>>,
): void => {
  const label = (name: string): string =>
    words?.includes(name) === true ? wordName(name) : `--${name}`;
  for (const [name, option] of Object.entries(options)) {
    if (given[name] === undefined) continue;
    const other = option.conflicts?.find((one) => given[one] !== undefined);
    if (other !== undefined) {
      throw new UsageError(
        `${label(name)} and ${label(other)} exclude each other`,
        'give one of them',
      );
    }
    const conditions = conditionsOf(option, options);
    if (conditions.length > 0 && !conditions.some((one) => holds(one, values))) {
      const wanted = conditions.join(' or ');
      throw new UsageError(`--${name} is only for ${wanted}`, `use ${wanted}, or leave it out`);
    }
  }
};

/**
 * Reads what follows a command; options and words may be mixed.
 *
 * @param weaker arguments that hold where `args` does not say the same option
 * @returns which help, where that was asked for
 * @throws UsageError at the first thing that is wrong
 */
export const readCommandLine = <Of extends Options>(
  command: CommandLine<Of>,
  args: readonly string[],
  weaker: readonly string[] = [],
): ValuesOf<Of> | HelpAsked => {
  const [texts, weakerTexts] = [textsIn(command, args), textsIn(command, weaker)];
  if (typeof texts === 'string') return texts;
  if (typeof weakerTexts === 'string') return weakerTexts;
  const given: Texts = { ...weakerTexts, ...texts };
  const values: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(command.options)) {
    const isWord = command.words?.includes(name) === true;
    const label = isWord ? wordName(name) : `--${name}`;
    values[name] = valueIn(label, option, given[name]);
    if (values[name] === undefined && option.required === true) {
      throw new UsageError(
        isWord ? `"${command.name}" needs ${label}` : `${label} is missing`,
        `give ${option.kind.expected}`,
      );
    }
  }
  assertTogether(command, given, values);
  return values as ValuesOf<Of>;
};

/** The arguments from which {@link readCommandLine} gives these values again. */
export const writeArguments = (
  options: Options,
  values: Readonly<Record<string, unknown>>,
): readonly string[] =>
  Object.entries(options).flatMap(([name, option]) => {
    const value = values[name];
    if (value === undefined) return [];
    if (isFlag(option)) return [value === true ? `--${name}` : `--no-${name}`];
    return [`--${name}`, option.kind.write(value)];
  });

/**
 * Reads environment variables; an empty one says nothing.
 *
 * @throws UsageError with everything that is wrong, a line each
 */
export const readVariables = <Of extends Variables>(
  variables: Of,
  env: Readonly<Record<string, string | undefined>>,
): ValuesOf<Of> => {
  const problems: string[] = [];
  const values = Object.entries(variables).map(([name, option]) => {
    const given = env[name] === undefined || env[name] === '' ? undefined : [env[name]];
    if (given === undefined && option.required === true) problems.push(`${name} is not set`);
    try {
      return [name, valueIn(name, option, given)] as const;
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      problems.push(`${error.message}: ${error.hint}`);
      return [name, undefined] as const;
    }
  });
  if (problems.length > 0) throw new UsageError(problems.join('\n'), 'set these variables');
  return Object.fromEntries(values) as ValuesOf<Of>;
};
