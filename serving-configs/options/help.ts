import {
  conditionsOf,
  holds,
  wordName,
  type CommandLine,
  type HelpAsked,
  type Option,
  type Options,
} from './command.ts';

/** Longer lines are hard to read. */
const MOST_WIDTH = 100;
const LONGEST_LABEL = 26;

/** Breaks a text into lines. */
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

/** How an option is typed: `--levels N,N`. */
export const labelOf = (name: string, { kind, negatable }: Option): string =>
  `--${negatable === true ? '[no-]' : ''}${name}${kind.placeholder === '' ? '' : ` ${kind.placeholder}`}`;

/** What holds where an option is not given; empty where nothing does. */
export const defaultOf = ({ kind, default: value, defaultText }: Option): string =>
  defaultText ?? (value === undefined || kind.placeholder === '' ? '' : kind.write(value));

type Rows = readonly (readonly [string, string])[];

const widthOf = (rows: Rows): number =>
  Math.min(Math.max(...rows.map(([label]) => label.length)), LONGEST_LABEL) + 4;

/** Lines with texts in a column, which begins at `width`. */
export const inColumns = (rows: Rows, columns = MOST_WIDTH, width = widthOf(rows)): string =>
  rows
    .map(([label, text]) => {
      const [first = '', ...others] = wrapped(text, columns - width);
      const indent = '\n'.padEnd(width + 1);
      const fits = label.length + 4 <= width;
      const head = fits ? `  ${label}`.padEnd(width) : `  ${label}${indent}`;
      return `${head}${[first, ...others].join(indent)}\n`;
    })
    .join('');

/** What must hold for an option and does not by default; empty where it can always be given. */
export const conditionsFor = (option: Option, options: Options): readonly string[] => {
  const defaults = Object.fromEntries(
    Object.entries(options).map(([name, one]) => [name, one.default]),
  );
  const conditions = conditionsOf(option, options);
  return conditions.some((condition) => holds(condition, defaults)) ? [] : conditions;
};

const optionText = (option: Option, options: Options): string => {
  const conditions = conditionsFor(option, options);
  const fallback = defaultOf(option);
  const notes = [
    ...(conditions.length === 0 ? [] : [`only with ${conditions.join(' or ')}`]),
    ...(fallback === '' ? [] : [`default: ${fallback}`]),
  ];
  return `${option.description}${notes.length === 0 ? '' : ` (${notes.join('; ')})`}`;
};

/** A line for each code. */
export const exitCodeLines = (exitCodes: string, columns = MOST_WIDTH): string =>
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

type Group = readonly [heading: string, rows: [string, string][]];

/** The options below their headings. */
const optionGroups = ({ words = [], options, headings = {} }: CommandLine): readonly Group[] => {
  const groups: Group[] = [['', []]];
  for (const [name, option] of Object.entries(options)) {
    if (words.includes(name)) continue;
    const heading = headings[name];
    if (heading !== undefined) groups.push([heading, []]);
    groups.at(-1)?.[1].push([labelOf(name, option), optionText(option, options)]);
  }
  groups.at(-1)?.[1].push(['--help', 'this text']);
  return groups;
};

/** The options that people use most, in one list. */
const firstOptions = (
  { name, typed = name, words = [], options }: CommandLine,
  first: readonly string[],
): readonly Group[] => {
  const rows = first.map((one): [string, string] => {
    const option = options[one] as Option;
    return [labelOf(one, option), optionText(option, options)];
  });
  const more = Object.keys(options).length - words.length - first.length;
  return [
    ['', [...rows, ['--help', `this text; "${typed} --help --all" shows ${more} more options`]]],
  ];
};

/**
 * What `--help` prints for a command.
 *
 * @param terminalColumns as many characters as a line may have, and at most 100
 */
export const helpOf = (
  command: CommandLine,
  asked: HelpAsked = 'help',
  terminalColumns = MOST_WIDTH,
): string => {
  const columns = Math.min(terminalColumns, MOST_WIDTH);
  const { description, words = [], options, first, notes, examples, exitCodes } = command;
  const groups =
    first === undefined || asked === 'help --all'
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
      : [`examples\n${examples.map((one) => `  ${one}\n`).join('')}`]),
    ...(exitCodes === undefined ? [] : [`exit codes\n${exitCodeLines(exitCodes, columns)}`]),
  ].join('\n');
};
