import { styleText } from 'node:util';
import { hangingLines, printable } from '../wording/text-layout.ts';
import {
  signedText,
  sectionsIn,
  shownIn,
  type Block,
  type Cell,
  type Chip,
  type ColumnHead,
  type List,
  type Report,
  type TableRow,
  type Table,
  type Text,
} from './model.ts';

export interface TerminalStyle {
  /** Whether to write colours; the caller checks NO_COLOR and whether the output is a terminal. */
  readonly color: boolean;
  /** In columns. */
  readonly width: number;
}

type TextStyle = 'bold' | 'dim' | 'red' | 'green' | 'yellow';

type Paint = (format: TextStyle, text: string) => string;

const GAP = 2;

/** The width of `Report` and a gap. */
const LABEL_WIDTH = 8;

const TEXT_FORMATS: Readonly<Partial<Record<NonNullable<Text['role']>, TextStyle>>> = {
  title: 'bold',
  heading: 'bold',
  passed: 'bold',
  failed: 'red',
  small: 'dim',
};

/** A column with the texts of its cells. */
interface TextColumn extends ColumnHead {
  readonly cells: readonly string[];
  readonly width: number;
}

const textColumns = (
  { columns, rows }: Table,
  textOf: (cell: Cell) => string,
): readonly TextColumn[] =>
  columns.map((head, at) => {
    const cells = rows.flatMap((row) =>
      row.cells.slice(at, at + 1).map((cell) => printable(textOf(cell))),
    );
    const texts = [head.title, head.unit ?? '', ...cells];
    return { ...head, cells, width: Math.max(...texts.map(({ length }) => length)) };
  });

const isBelow = (column: ColumnHead): boolean => column.isBelow === true;

const isAbove = (column: ColumnHead): boolean => column.isAbove === true;

/** Whether a column has a place in the lines of rows whatever the width. */
const isInLine = (column: ColumnHead): boolean => !isBelow(column) && !isAbove(column);

const isOptional = (column: ColumnHead): boolean => column.isOptional === true;

/** The columns that fit: leaves out first all details, then optional columns, the last one first. */
const fitting = (table: Table, width: number): readonly TextColumn[] => {
  const isWider = (columns: readonly TextColumn[]): boolean =>
    columns.filter(isInLine).reduce((sum, column) => sum + column.width + GAP, -GAP) > width;
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

/** A row with the text of its last column on the same line if there is room, else below. */
const rowLines = (row: string, last: string, width: number): readonly string[] => {
  const line = `${row}${' '.repeat(GAP)}${last}`.trimEnd();
  return line.length <= width || last === ''
    ? [line]
    : [row.trimEnd(), ...hangingLines(' '.repeat(2 * GAP), last, width)];
};

const paintedRow = ({ cells, mark }: TableRow, line: string, paint: Paint): string => {
  if (mark !== undefined) return paint('dim', line);
  return cells.some(({ chips }) => chips.length > 0) ? paint('yellow', line) : line;
};

const aboveOf = ({ cells }: TableRow): string =>
  cells.find(({ column }) => isAbove(column))?.text ?? '';

/** What stands above a row, unless the row before has the same. */
const aboveLines = (
  row: TableRow,
  previous: TableRow | undefined,
  width: number,
  paint: Paint,
): readonly string[] => {
  const above = aboveOf(row);
  return above === '' || (previous !== undefined && aboveOf(previous) === above)
    ? []
    : hangingLines('', above, width).map((line) => paint('bold', line));
};

const tableLines = (table: Table, width: number, paint: Paint): readonly string[] => {
  // A table whose rows have no title belongs to the lines above it.
  const isIndented = table.columns[0]?.title === '' || table.columns.some(isAbove);
  const indent = isIndented ? GAP : 0;
  const columns = fitting(table, width - indent).filter(isInLine);
  const lineOf = (textIn: (column: TextColumn) => string): string =>
    ' '.repeat(indent) +
    columns
      .map((column) =>
        column.isFigure === true
          ? textIn(column).padStart(column.width)
          : textIn(column).padEnd(column.width),
      )
      .join(' '.repeat(GAP));
  const heads = [lineOf(({ title }) => title), lineOf(({ unit = '' }) => unit)]
    .map((head) => head.trimEnd())
    .filter((head) => head !== '');
  return [
    ...heads.map((head) => paint('dim', head)),
    ...table.rows.flatMap((row, at) => {
      const line = lineOf(({ cells }) => cells[at] ?? '');
      const below = row.cells.find(({ column }) => isBelow(column));
      const lines = rowLines(line, below?.text ?? '', width);
      return [
        ...aboveLines(row, table.rows[at - 1], width, paint),
        ...lines.map((part) => paintedRow(row, part, paint)),
      ];
    }),
  ];
};

const textLines = ({ text, role }: Text, width: number, paint: Paint): readonly string[] => {
  const lines = hangingLines(role === 'title' ? 'RESULT'.padEnd(LABEL_WIDTH) : '', text, width);
  const format = role === undefined ? undefined : TEXT_FORMATS[role];
  return format === undefined ? lines : lines.map((line) => paint(format, line));
};

/** Chips on as few lines as possible; a chip that is too long for one is wrapped. */
const chipLines = (
  label: string,
  chips: readonly Chip[],
  width: number,
  paint: Paint,
): readonly string[] => {
  const lines: string[] = [];
  for (const piece of chips.map(signedText)) {
    const longer = `${lines.at(-1) ?? ''}  ${piece}`;
    if (lines.length > 0 && longer.length <= width - label.length) lines[lines.length - 1] = longer;
    else lines.push(piece);
  }
  return lines
    .flatMap((line, at) => hangingLines(at === 0 ? label : ' '.repeat(label.length), line, width))
    .map((line) =>
      line.replaceAll(/[✓✗△](?= )/g, (sign) => paint(sign === '✓' ? 'green' : 'yellow', sign)),
    );
};

/** Lines with the name of each item, which is left out if the item before has the same name. */
const answerLines = ({ items }: List, width: number, paint: Paint): readonly string[] =>
  items.flatMap(({ name = '', text, chips = [], files = [] }, at) => {
    const isSecond = items[at - 1]?.name === name;
    const label = (isSecond ? '' : name).padEnd(LABEL_WIDTH);
    if (chips.length > 0) return chipLines(label, chips, width, paint);
    // Paths are not wrapped, so that they can be copied.
    return files.length > 0 ? [label + files.join(', ')] : hangingLines(label, text, width);
  });

const listLines = (list: List, width: number, paint: Paint): readonly string[] => {
  if (list.role === 'answers') return answerLines(list, width, paint);
  return list.items.flatMap(({ name, text }) =>
    list.role === 'notices'
      ? hangingLines('! ', text, width).map((line) => paint('yellow', line))
      : hangingLines('  ', name === undefined ? text : `${name}: ${text}`, width, 2 * GAP),
  );
};

/** A terminal has no room for charts and folds. */
const linesOf = (block: Block, width: number, paint: Paint): readonly string[] => {
  if (block.kind === 'text') return textLines(block, width, paint);
  if (block.kind === 'list') return listLines(block, width, paint);
  return block.kind === 'table' ? tableLines(block, width, paint) : [];
};

const textOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

const painted =
  (color: boolean): Paint =>
  (format, text) =>
    color ? styleText(format, text, { validateStream: false }) : text;

const blockLines = (blocks: readonly Block[], { color, width }: TerminalStyle): readonly string[] =>
  shownIn('terminal', blocks).flatMap((block) => linesOf(block, width, painted(color)));

/** The answer of a report for a terminal, in about a dozen lines. */
export const renderHead = ({ head }: Report, style: TerminalStyle): string =>
  textOf(blockLines(head, style));

/** The tables of a report for a terminal, without the columns that do not fit. */
export const renderSections = (report: Report, style: TerminalStyle): string =>
  textOf(
    sectionsIn('terminal', report).flatMap(({ title, blocks }) => [
      '',
      painted(style.color)('bold', title),
      ...blockLines(blocks, style),
    ]),
  );
