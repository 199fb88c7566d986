import { styleText } from 'node:util';
import {
  signedText,
  sectionsIn,
  shownIn,
  type Block,
  type Cell,
  type ColumnHead,
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
interface TextColumn extends ColumnHead {
  readonly cells: readonly string[];
  readonly width: number;
}

const textColumns = (
  { columns, rows }: Table,
  textOf: (cell: Cell) => string,
): readonly TextColumn[] =>
  columns.map((head, at) => {
    const cells = rows.flatMap((row) => row.cells.slice(at, at + 1).map(textOf));
    const texts = [head.title, head.unit ?? '', ...cells];
    return { ...head, cells, width: Math.max(...texts.map(({ length }) => length)) };
  });

const isOptional = (column: ColumnHead): boolean => column.isOptional === true;

/** The columns that fit: first all details go, then one optional column after the other, the last one first. */
const fitting = (table: Table, width: number): readonly TextColumn[] => {
  const isWider = (columns: readonly TextColumn[]): boolean =>
    columns.reduce((sum, column) => sum + column.width + GAP, -GAP) > width;
  const detailed = textColumns(table, ({ text, detail }) =>
    detail === '' ? text : `${text} (${detail})`,
  );
  if (!isWider(detailed) || !detailed.some(isOptional)) return detailed;
  let columns = textColumns(table, ({ text }) => text);
  while (isWider(columns) && columns.some(isOptional)) {
    columns = columns.toSpliced(columns.findLastIndex(isOptional), 1);
  }
  return columns;
};

const tableLines = (table: Table, width: number, paint: Paint): readonly string[] => {
  const columns = fitting(table, width);
  const line = (textOf: (column: TextColumn) => string): string =>
    columns
      .map((column) => {
        const text = textOf(column);
        return column.isFigure === true ? text.padStart(column.width) : text.padEnd(column.width);
      })
      .join(' '.repeat(GAP))
      .trimEnd();
  const heads = [line(({ title }) => title), line(({ unit = '' }) => unit)];
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
