import { parseArgs } from 'node:util';
import type { Kind } from './kinds.ts';
import { shellWord } from './shell-word.ts';
import { suggest } from './suggest.ts';
import { UsageError } from './usage-error.ts';

/** An environment variable. */
interface Variable<Value = unknown> {
  readonly kind: Kind<Value>;
  readonly default?: Value;
  readonly required?: true;
}

/** An option or a positional word of a command. Parsing, help and documentation are derived from it. */
export interface Option<Value = unknown> extends Variable<Value> {
  readonly description: string;
  /** Describes a default that is not a constant. */
  readonly defaultText?: string;
  /** Whether `--no-NAME` sets the flag to false. */
  readonly negatable?: true;
  /** What other programs call it, without dashes. It is refused with this option as the remedy. */
  readonly elsewhere?: string;
  /** Names of options that cannot be combined with this one. */
  readonly conflicts?: readonly string[];
  /**
   * The option is refused unless one of these conditions holds: `--on aws`, `--rates` with any value, or the word `AFTER`.
   * Conditions on options that the command does not have are ignored.
   */
  readonly onlyWith?: readonly (`--${string}` | Uppercase<string>)[];
}

/** A file, which was probably meant as the value of `--model`. */
const FILE = /\.\w+$/;

/** Environment variables by name. */
export type Variables = Readonly<Record<string, Variable>>;

/** Options by name, in the order of the help. */
export type Options = Readonly<Record<string, Option>>;

type ValueOf<Of extends Variable> =
  Of extends Variable<infer Value>
    ? Of extends { readonly default: unknown } | { readonly required: true }
      ? Value
      : Value | undefined
    : never;

/** The values of options or variables, by name. */
export type ValuesOf<Of extends Variables> = { readonly [Name in keyof Of]: ValueOf<Of[Name]> };

/** A command: its options, and the texts of its help. */
export interface CommandLine<Of extends Options = Options> {
  /** The command as messages name it: `serving-compare run`. */
  readonly name: string;
  /** The command as users type it: `npx serving-compare run`. Default: the name. */
  readonly typed?: string;
  readonly description: string;
  /** Names of options that are given by position. If the last one is a list, it takes all remaining words. */
  readonly words?: readonly string[];
  readonly options: Of;
  /** The most used options: `--help` shows only these, `--help --all` shows all. Absent: `--help` shows all. */
  readonly first?: readonly string[];
  /** Headings of the help, by the name of the option that follows them. */
  readonly headings?: Readonly<Record<string, string>>;
  /** Preformatted text of the help, below the description. */
  readonly notes?: (columns: number) => string;
  readonly examples?: readonly string[];
  readonly exitCodes?: string;
}

const seeHelp = ({ name, typed = name }: CommandLine): string => `see "${typed} --help"`;

/** The placeholder of a positional word in the usage line. */
export const wordName = (name: string): string => name.toUpperCase();

const isFlag = ({ kind }: Option): boolean => kind.placeholder === '';

type Texts = Readonly<Record<string, readonly string[]>>;

/** The help that a command line asks for. */
export type HelpRequest = 'help' | 'help --all';

/** Whether there is an option and it takes a value. */
const takes = (option: Option | undefined, value: string): boolean => {
  try {
    return option?.kind.read(value) !== undefined;
  } catch {
    return false;
  }
};

/** The hint to write an option with a value, or with its placeholder if it does not take that. */
const writeOption = (name: string, option: Option | undefined, value: string): string =>
  `write --${name} ${takes(option, value) ? shellWord(value) : option?.kind.placeholder}`;

const unknownOption = (command: CommandLine, typed: string, nextWord = ''): UsageError => {
  const { words = [], options } = command;
  const names = Object.keys(options).filter((name) => !words.includes(name));
  const bare = typed.replace(/^-+/, '');
  const same = names.find((name) => options[name]?.elsewhere === bare);
  const near = suggest(bare, names);
  const hint = near === undefined ? seeHelp(command) : `did you mean --${near}?`;
  return new UsageError(
    `"${command.name}" has no option ${typed}`,
    same === undefined ? hint : writeOption(same, options[same], nextWord),
  );
};

/** A positional word that does not belong to the command. */
const unexpectedWord = (command: CommandLine, word: string): UsageError => {
  const meant = ['servings', ...(FILE.test(word) ? ['model'] : [])].find((name) =>
    takes(command.options[name], word),
  );
  return new UsageError(
    `"${command.name}" takes no "${word}"`,
    meant === undefined ? seeHelp(command) : writeOption(meant, command.options[meant], word),
  );
};

/** The name of the option that the word at a position sets; undefined if the command takes no word there. */
const wordAt = ({ words = [], options }: CommandLine, position: number): string | undefined => {
  const last = words.at(-1);
  const takesRest = last !== undefined && options[last]?.kind.joinedBy !== undefined;
  return words[position] ?? (takesRest ? last : undefined);
};

/** An option as `parseArgs` finds it. */
interface OptionToken {
  readonly name: string;
  /** The name as it is typed, with its dashes. */
  readonly rawName: string;
  readonly value?: string | undefined;
  /** Whether the value follows an equals sign. */
  readonly inlineValue?: boolean | undefined;
}

/** The option that a token sets, and its text. */
const readOption = (
  command: CommandLine,
  { name: typedName, rawName, value, inlineValue }: OptionToken,
  next: string | undefined,
): readonly [name: string, text: string] => {
  const { words = [], options } = command;
  const positive = typedName.replace(/^no-/, '');
  const isDenied = positive !== typedName && options[positive]?.negatable === true;
  const name = isDenied ? positive : typedName;
  const option = words.includes(name) ? undefined : options[name];
  if (option === undefined) throw unknownOption(command, rawName, value ?? next);
  if (isFlag(option)) {
    if (value === undefined) return [name, String(!isDenied)];
    throw new UsageError(`${rawName} takes no value`, `write ${rawName}`);
  }
  const isNextOption = value !== undefined && inlineValue !== true && /^-[^\d.]/.test(value);
  if (value === undefined || isNextOption) {
    throw new UsageError(`${rawName} needs a value`, `give ${option.kind.expected}`);
  }
  return [name, value];
};

/**
 * The texts that were given for each option.
 *
 * @throws UsageError for an option or word that the command does not have, and for a missing or superfluous value
 */
const textsIn = (command: CommandLine, args: readonly string[]): Texts | HelpRequest => {
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
  let position = 0;
  for (const [at, token] of tokens.entries()) {
    if (token.kind === 'positional') {
      const name = wordAt(command, position);
      if (name === undefined) throw unexpectedWord(command, token.value);
      add(name, token.value);
      position += 1;
    } else if (token.kind === 'option') {
      const next = tokens[at + 1];
      add(...readOption(command, token, next?.kind === 'positional' ? next.value : undefined));
    }
  }
  return texts;
};

/**
 * Reads the last of the texts that were given for an option or variable, or takes its default.
 *
 * @throws UsageError that begins with the label
 */
export const valueIn = (
  label: string,
  { kind, default: fallback }: Variable,
  texts?: readonly string[],
) => {
  const last = texts?.at(-1);
  if (texts === undefined || last === undefined) return fallback;
  try {
    return kind.read(kind.joinedBy === undefined ? last : texts.join(kind.joinedBy));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${label}: ${error.message}`, error.hint);
  }
};

const splitCondition = (condition: string) => {
  const [name = '', value] = condition.replace(/^--/, '').split(' ');
  return { name: condition.startsWith('--') ? name : name.toLowerCase(), value };
};

/** The conditions of an option that concern options of its command. If there are any, one of them must hold. */
export const conditionsOf = ({ onlyWith = [] }: Option, options: Options): readonly string[] =>
  onlyWith.filter((condition) => Object.hasOwn(options, splitCondition(condition).name));

export const holds = (condition: string, values: Readonly<Record<string, unknown>>): boolean => {
  const { name, value = values[name] } = splitCondition(condition);
  return value !== undefined && value !== false && values[name] === value;
};

/** @throws UsageError if the given options contradict each other. */
const assertTogether = (
  { options, words }: CommandLine,
  given: Texts,
  values: Readonly<Record<string, unknown>>,
): void => {
  const label = (name: string): string =>
    words?.includes(name) === true ? wordName(name) : `--${name}`;
  for (const [name, option] of Object.entries(options)) {
    if (given[name] === undefined) continue;
    const other = option.conflicts?.find((conflict) => given[conflict] !== undefined);
    if (other !== undefined) {
      throw new UsageError(
        `${label(name)} cannot be combined with ${label(other)}`,
        'give one of them',
      );
    }
    const conditions = conditionsOf(option, options);
    if (conditions.length > 0 && !conditions.some((condition) => holds(condition, values))) {
      const wanted = conditions.join(' or ');
      const typed = isFlag(option) && values[name] === false ? `--no-${name}` : label(name);
      throw new UsageError(`${typed} needs ${wanted}`, `give ${wanted}, or leave ${typed} out`);
    }
  }
};

/**
 * Reads the arguments of a command. Options and positional words may be mixed.
 *
 * @param weaker arguments that `args` overrides, option by option
 * @returns the values, or the help that the arguments ask for
 * @throws UsageError for the first invalid argument
 */
export const readCommandLine = <Of extends Options>(
  command: CommandLine<Of>,
  args: readonly string[],
  weaker: readonly string[] = [],
): ValuesOf<Of> | HelpRequest => {
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

/** Writes values as arguments that {@link readCommandLine} reads. */
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
