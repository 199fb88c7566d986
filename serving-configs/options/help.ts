import {
  conditionsOf,
  holds,
  wordName,
  type CommandLine,
  type HelpRequest,
  type Option,
  type Options,
} from './command.ts';

/** Longer lines are hard to read. */
const MAX_COLUMNS = 100;
const MAX_LABEL = 26;

/** Breaks a text into lines of at most `width` characters, unless a word is longer. */
export const wrapped = (text: string, width: number): readonly string[] => {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines;
};

/** An option with its placeholder, as the help shows it: `--levels N,…`. */
export const labelOf = (name: string, { kind, negatable }: Option): string =>
  `--${negatable === true ? '[no-]' : ''}${name}${kind.placeholder === '' ? '' : ` ${kind.placeholder}`}`;

/** The default of an option as text; empty if it has none. */
export const defaultOf = ({ kind, default: value, defaultText }: Option): string =>
  defaultText ?? (value === undefined || kind.placeholder === '' ? '' : kind.write(value));

type Rows = readonly (readonly [string, string])[];

const widthOf = (rows: Rows): number =>
  Math.min(Math.max(...rows.map(([label]) => label.length)), MAX_LABEL) + 4;

/** Labels with their texts beside them, in a column that begins at `width`. */
export const inColumns = (rows: Rows, columns = MAX_COLUMNS, width = widthOf(rows)): string =>
  rows
    .map(([label, text]) => {
      const indent = '\n'.padEnd(width + 1);
      const fits = label.length + 4 <= width;
      const head = fits ? `  ${label}`.padEnd(width) : `  ${label}${indent}`;
      return `${head}${wrapped(text, columns - width).join(indent)}\n`;
    })
    .join('');

/** The conditions of an option that its users have to meet; empty if the defaults meet one of them. */
export const conditionsFor = (option: Option, options: Options): readonly string[] => {
  const defaults = Object.fromEntries(
    Object.entries(options).map(([name, { default: value }]) => [name, value]),
  );
  const conditions = conditionsOf(option, options);
  return conditions.some((condition) => holds(condition, defaults)) ? [] : conditions;
};

const optionText = (option: Option, options: Options): string => {
  const conditions = conditionsFor(option, options);
  const fallback = defaultOf(option);
  const notes = [
    ...(conditions.length === 0 ? [] : [`needs ${conditions.join(' or ')}`]),
    ...(fallback === '' ? [] : [`default: ${fallback}`]),
  ];
  return `${option.description}${notes.length === 0 ? '' : ` (${notes.join('; ')})`}`;
};

/** One line per exit code. */
export const exitCodeLines = (exitCodes: string, columns = MAX_COLUMNS): string =>
  exitCodes
    .split('; ')
    .map((line) => `  ${wrapped(line, columns - 4).join('\n    ')}\n`)
    .join('');

const usageOf = ({ name, words = [], options }: CommandLine): string => {
  const named = words.map((word) => {
    const { required, kind } = options[word] as Option;
    const text = `${wordName(word)}${kind.joinedBy === undefined ? '' : ' …'}`;
    return required === true ? text : `[${text}]`;
  });
  return ['usage:', name, ...named, '[options]'].join(' ');
};

type OptionGroup = readonly [heading: string, rows: [string, string][]];

/** All options, grouped by their headings. */
const optionGroups = ({
  words = [],
  options,
  headings = {},
}: CommandLine): readonly OptionGroup[] => {
  const groups: OptionGroup[] = [['', []]];
  for (const [name, option] of Object.entries(options)) {
    if (words.includes(name)) continue;
    const heading = headings[name];
    if (heading !== undefined) groups.push([heading, []]);
    groups.at(-1)?.[1].push([labelOf(name, option), optionText(option, options)]);
  }
  groups.at(-1)?.[1].push(['--help', 'this text']);
  return groups;
};

/** The most used options, in one list. */
const firstOptions = (
  { name, typed = name, words = [], options }: CommandLine,
  first: readonly string[],
): readonly OptionGroup[] => {
  const rows = first.map((optionName): [string, string] => {
    const option = options[optionName] as Option;
    return [labelOf(optionName, option), optionText(option, options)];
  });
  const more = Object.keys(options).length - words.length - first.length;
  return [
    ['', [...rows, ['--help', `this text; "${typed} --help --all" shows ${more} more options`]]],
  ];
};

/**
 * The text that `--help` prints for a command.
 *
 * @param terminalColumns the width of the terminal; lines have at most 100 characters even if it is wider
 */
export const helpOf = (
  command: CommandLine,
  request: HelpRequest = 'help',
  terminalColumns = MAX_COLUMNS,
): string => {
  const columns = Math.min(terminalColumns, MAX_COLUMNS);
  const { description, words = [], options, first, notes, examples, exitCodes } = command;
  const groups =
    first === undefined || request === 'help --all'
      ? optionGroups(command)
      : firstOptions(command, first);
  const wordRows = words.map((word): [string, string] => [
    wordName(word),
    optionText(options[word] as Option, options),
  ]);
  const width = widthOf(groups.flatMap(([, rows]) => rows));
  return [
    `${usageOf(command)}\n`,
    ...description.split('\n\n').map((part) => `${wrapped(part, columns).join('\n')}\n`),
    ...(notes === undefined ? [] : [notes(columns)]),
    ...(wordRows.length === 0 ? [] : [inColumns(wordRows, columns)]),
    ...groups
      .filter(([, rows]) => rows.length > 0)
      .map(
        ([heading, rows]) =>
          `${heading === '' ? '' : `${heading}\n`}${inColumns(rows, columns, width)}`,
      ),
    ...(examples === undefined
      ? []
      : [`examples\n${examples.map((example) => `  ${example}\n`).join('')}`]),
    ...(exitCodes === undefined ? [] : [`exit codes\n${exitCodeLines(exitCodes, columns)}`]),
  ].join('\n');
};
