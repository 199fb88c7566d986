import { wrapped } from '../../../serving-configs/options/help.ts';

/** Formats rows as lines, with columns as wide as their longest text and two blanks between them. */
export const columns = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
};

/** A control character as in JSON: `\u001b`. */
const codeOf = (control: string): string =>
  `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Writes control characters as their codes, so that a name with a line break stays in its row. */
export const withoutControls = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, codeOf);

/** Writes control characters other than line breaks and tabs as their codes: servers may send some that a terminal would obey. */
export const printable = (text: string): string =>
  text.replaceAll('\r\n', '\n').replaceAll(/[^\P{Cc}\n\t]|\p{Bidi_Control}/gu, codeOf);

/** Widest output, also used if the width is unknown: longer lines wrap in many terminals and CI logs. */
export const MAX_COLUMNS = 100;

/** Keeps figures and their units, and commands that a sentence mentions, on one line. */
const withFixedParts = (text: string): string =>
  text
    .replaceAll(/(\d) (?=%|(?:ms|s|min|h|req|VUs?)\b)/g, '$1\u00A0')
    .replaceAll(/"(?:npx|npm) [^"]+"/g, (command) => command.replaceAll(' ', '\u00A0'));

/** A command to paste: a whole text, or what follows a colon, up to a semicolon or the end. */
const COMMAND = /(?:^|(?<=: ))((?:npx|npm|apt-get|aws) (?:'[^']*'|\\.|[^;'\\])+)(?:; |$)/;

/** Splits a text at its commands, each of which becomes a part of its own. */
const partsOf = (text: string): readonly string[] => {
  const parts = text.split(COMMAND).map((part) => part.trim());
  return parts.filter((part, at) => part !== '' || at === 0);
};

const isCommand = (part: string): boolean => COMMAND.test(part);

/** Puts a label before the first part, and indents the others. A command stands below its label. */
const hung = (label: string, indent: number, lines: readonly string[]): readonly string[] =>
  lines
    .map((line, at) => ((at === 0 ? label : ' '.repeat(indent)) + line).trimEnd())
    .filter((line, at) => line !== '' || at > 0 || lines.length === 1);

/** A text with each of its commands on a line of its own, so that they can be pasted. Nothing is wrapped. */
export const commandLines = (label: string, text: string): readonly string[] =>
  hung(label, label.length, partsOf(text));

/**
 * Wraps a text into lines. The first one follows a label, the others are indented. A command is never wrapped and has a line of its
 * own, so that it can be pasted. Control characters are written as their codes.
 *
 * @param width of the output, in columns
 * @param indent of all lines but the first, by default as wide as the label
 */
export const hangingLines = (
  label: string,
  text: string,
  width: number,
  indent = label.length,
): readonly string[] => {
  const room = Math.min(width, MAX_COLUMNS) - indent;
  const lines = partsOf(printable(text)).flatMap((part) =>
    isCommand(part) ? [part] : wrapped(withFixedParts(part), room),
  );
  return hung(
    label,
    indent,
    lines.map((line) => line.replaceAll('\u00A0', ' ')),
  );
};
