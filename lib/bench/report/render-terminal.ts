import { styleText } from 'node:util';
import {
  signedText,
  sectionsIn,
  shownIn,
  type Block,
  type Cell,
  type List,
  type Report,
  type Table,
  type Text,
} from './model.ts';

export interface TerminalStyle {
  /** Whether the terminal takes colours; the caller knows NO_COLOR and whether it is one. */
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
}

type Paint = (format: 'bold' | 'dim' | 'red' | 'yellow', text: string) => string;

const GAP = 2;

/** A column of a table as it stands on the terminal. */
interface TextColumn {
  readonly head: readonly [title: string, unit: string];
  readonly cells: readonly string[];
  readonly width: number;
  readonly isFigure: boolean;
  readonly rank: number;
}

const textColumn = (
  { columns, rows }: Table,
  at: number,
  textOf: (cell: Cell) => string,
): TextColumn => {
  const { title = '', unit = '', isFigure = false, rank = 0 } = columns[at] ?? {};
  const cells = rows.map((row) => {
    const cell = row.cells[at];
    return cell === undefined ? '' : textOf(cell);
  });
  const width = Math.max(...[title, unit, ...cells].map(({ length }) => length));
  return { head: [title, unit], cells, width, isFigure, rank };
};

const totalOf = (columns: readonly TextColumn[]): number =>
  columns.reduce((sum, { width }) => sum + width + GAP, -GAP);

/**
 * The columns that fit: first the details of the last ones go, then whole columns by their rank. A table without ranks needs all
 * of it, however narrow the terminal is.
 */
const fitting = (table: Table, width: number): readonly TextColumn[] => {
  const plain = table.columns.map((_, at) => textColumn(table, at, ({ text }) => text));
  const detailed = table.columns.map((_, at) =>
    textColumn(table, at, ({ text, detail }) => (detail === '' ? text : `${text} (${detail})`)),
  );
  if (plain.every(({ rank }) => rank === 0)) return detailed;
  for (let whole = detailed.length; whole > 0; whole--) {
    const columns = [...detailed.slice(0, whole), ...plain.slice(whole)];
    if (totalOf(columns) <= width) return columns;
  }
  const ranks = [...new Set(plain.map(({ rank }) => rank))].toSorted((a, b) => b - a);
  return ranks.reduce<readonly TextColumn[]>(
    (columns, rank) =>
      totalOf(columns) <= width || rank === 0
        ? columns
        : columns.filter((column) => column.rank !== rank),
    plain,
  );
};

const tableLines = (table: Table, width: number, paint: Paint): readonly string[] => {
  const columns = fitting(table, width);
  const line = (textOf: (column: TextColumn) => string): string =>
    columns
      .map((column) =>
        column.isFigure
          ? textOf(column).padStart(column.width)
          : textOf(column).padEnd(column.width),
      )
      .join(' '.repeat(GAP))
      .trimEnd();
  const heads = [line(({ head }) => head[0]), line(({ head }) => head[1])];
  return [
    ...heads.filter((head) => head !== '').map((head) => paint('dim', head)),
    ...table.rows.map(({ cells, isGreyed }, at) => {
      const words = line((column) => column.cells[at] ?? '');
      if (isGreyed) return paint('dim', words);
      return cells.some(({ chips }) => chips.length > 0) ? paint('yellow', words) : words;
    }),
  ];
};

const textLine = ({ text, role }: Text, paint: Paint): string => {
  if (role === 'passed' || role === 'heading' || role === 'title') return paint('bold', text);
  if (role === 'failed') return paint('red', text);
  return role === 'small' ? paint('dim', text) : text;
};

/** An empty line sets off the answers, which are long. */
const listLines = ({ items, role }: List, paint: Paint): readonly string[] => [
  ...(role === 'answers' ? [''] : []),
  ...items.flatMap(({ name, text, chips = [], files = [] }) => {
    // The command line prints the paths itself.
    if (files.length > 0) return [];
    const words = chips.length > 0 ? chips.map(signedText).join('  ') : text;
    if (role === 'notices') return [paint('yellow', `! ${words}`)];
    return [name === undefined ? `- ${words}` : `${paint('bold', name)}: ${words}`];
  }),
];

/** Charts and what is folded elsewhere have no room. */
const linesOf = (block: Block, width: number, paint: Paint): readonly string[] => {
  if (block.kind === 'text') return [textLine(block, paint)];
  if (block.kind === 'list') return listLines(block, paint);
  return block.kind === 'table' ? tableLines(block, width, paint) : [];
};

/** The answer of a report for a terminal. Columns that do not fit are left out. Ends with a line break. */
export const renderTerminal = (report: Report, { color, width }: TerminalStyle): string => {
  const paint: Paint = (format, text) =>
    color ? styleText(format, text, { validateStream: false }) : text;
  const linesIn = (blocks: readonly Block[]): readonly string[] =>
    shownIn('terminal', blocks).flatMap((block) => linesOf(block, width, paint));
  return [
    ...linesIn(report.head),
    ...sectionsIn('terminal', report).flatMap(({ title, blocks }) => [
      '',
      paint('bold', title),
      ...linesIn(blocks),
    ]),
    '',
  ].join('\n');
};
