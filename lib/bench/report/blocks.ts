import {
  NO_FIGURE,
  counted,
  figureAsNumber,
  formatFigure,
  formatInterval,
  joined,
} from '../wording/format-number.ts';
import type { Block, Chip, Column, DataFile, Format, Item, List, Table, Text } from './model.ts';
import {
  targetId,
  type Measurement,
  type Level,
  type Target,
  type Scenario,
} from '../model/measurement.ts';
import type { Estimate } from '../stats/interval.ts';
import { labelOf, levelLabel, type Labels } from '../wording/labels.ts';

type Part = Block | readonly Block[] | false | undefined;

/** Blocks in their order, without those that are missing. */
export const blocks = (...parts: readonly Part[]): readonly Block[] =>
  parts.flatMap((part) => part || []);

/** Blocks that only some formats show. */
export const onlyIn = (only: readonly Format[], ...parts: readonly Part[]): readonly Block[] =>
  blocks(...parts).map((block) => ({ ...block, only }));

export const text = (words: string, role?: Text['role']): Text => ({
  kind: 'text',
  text: words,
  role,
});

/** Items with names, without those that have no text. */
export const named = (
  texts: Readonly<Record<string, string | false | undefined>>,
): readonly Item[] =>
  Object.entries(texts).flatMap(([name, words]) => (words ? { name, text: words } : []));

/** A list without the items that are missing; no block if there are none. */
export const list = (
  items: readonly (Item | string | false | undefined)[],
  role?: List['role'],
): readonly Block[] => {
  const present = items
    .flatMap((item) => item || [])
    .map((item) => (typeof item === 'string' ? { text: item } : item));
  return present.length === 0 ? [] : [{ kind: 'list', items: present, role }];
};

/** A fold; no block if it would be empty. */
export const fold = (title: string, content: readonly Block[]): readonly Block[] =>
  content.length === 0 ? [] : [{ kind: 'fold', title, blocks: content }];

/** Longer tables are folded, since the charts and sentences above them say the same at a glance. */
const OPEN_ROWS = 60;

/** More rows would make the page large and are rarely read; the CSV file has all of them. */
const MAX_ROWS = 100;

interface TableOptions<Row> {
  /** The file that has all rows, named below a table that is cut. */
  readonly file?: string;
  /** Folds even a short table. */
  readonly isFolded?: boolean;
  readonly isMatrix?: boolean;
  /** Whether a row fails a check. */
  readonly isGreyed?: (row: Row) => boolean;
}

const FAILS: Chip = { kind: 'failed', text: 'fails', long: 'fails a check' };

const hasContent = (words: string): boolean => words !== '' && words !== NO_FIGURE;

/** A table without its empty columns. */
export const openTable = <Row>(
  caption: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  { isMatrix, isGreyed }: TableOptions<Row> = {},
): Table => {
  const needed = columns.filter((column) => rows.some((row) => hasContent(column.text(row))));
  return {
    kind: 'table',
    caption,
    isMatrix,
    columns: needed,
    rows: rows.map((row) => ({
      cells: needed.map((column) => ({
        column,
        text: column.text(row),
        detail: column.detail?.(row) ?? '',
        chips: column.chips?.(row) ?? [],
      })),
      mark: isGreyed?.(row) === true ? FAILS : undefined,
    })),
  };
};

/** A table; no block if there are no rows. Leaves out empty columns, folds a long table and cuts one that is too long for a page. */
export const table = <Row>(
  caption: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  { file = 'summary.json', isFolded = false, ...options }: TableOptions<Row> = {},
): readonly Block[] => {
  if (rows.length === 0) return [];
  const shown = rows.slice(0, MAX_ROWS);
  const left = rows.length - shown.length;
  const content = blocks(
    openTable(caption, columns, shown, options),
    left > 0 && text(`${counted(left, 'more row')} in ${file}.`, 'small'),
  );
  return isFolded || rows.length > OPEN_ROWS
    ? fold(`${caption}: ${counted(rows.length, 'row')}`, content)
    : content;
};

/** A CSV file of these rows. */
export const dataFile = <Row>(
  name: string,
  columns: readonly Column<Row>[],
  rows: Iterable<Row>,
): DataFile => {
  const fields = columns.flatMap(({ key, value, parts = [] }) => [
    { name: key, textOf: (row: Row) => String(value(row) ?? '') },
    ...parts.map(([suffix, textOf]) => ({ name: key + suffix, textOf })),
  ]);
  return {
    name,
    head: fields.map((field) => field.name),
    lines: {
      *[Symbol.iterator]() {
        for (const row of rows) yield fields.map(({ textOf }) => textOf(row));
      },
    },
  };
};

type Value = string | number | boolean | undefined;

/** A column of words; {@link NO_FIGURE} if a row has none. */
export const wordColumn = <Row>(
  key: string,
  title: string,
  wordsOf: (row: Row) => string | undefined,
  more: Partial<Column<Row>> = {},
): Column<Row> => ({
  key,
  title,
  value: wordsOf,
  text: (row) => wordsOf(row) ?? NO_FIGURE,
  ...more,
});

/** A column of whole numbers. */
export const countColumn = <Row>(
  key: string,
  title: string,
  countOf: (row: Row) => number | undefined,
): Column<Row> => ({
  key,
  title,
  isFigure: true,
  value: countOf,
  text: (row) => String(countOf(row) ?? NO_FIGURE),
});

/** A column for programs only: it appears in CSV and is not rounded. */
export const dataColumn = <Row>(key: string, valueOf: (row: Row) => Value): Column<Row> => ({
  key,
  title: key,
  value: valueOf,
  text: (row) => String(valueOf(row) ?? ''),
});

/** A column of measured figures with three significant digits in every format. */
export const figureColumn = <Row>(
  key: string,
  title: string,
  unit: string | undefined,
  figureOf: (row: Row) => number | undefined,
): Column<Row> => ({
  key,
  title,
  unit,
  isFigure: true,
  value: (row) => figureAsNumber(figureOf(row)),
  text: (row) => formatFigure(figureOf(row)),
});

/** The arguments of {@link figureColumn}. */
export type FigureSpec<Row> = Parameters<typeof figureColumn<Row>>;

/** Several {@link figureColumn}s. */
export const figureColumns = <Row>(specs: readonly FigureSpec<Row>[]): readonly Column<Row>[] =>
  specs.map((spec) => figureColumn(...spec));

/** A column of figures with their intervals, whose ends follow in CSV. */
export const estimateColumn = <Row>(
  key: string,
  title: string,
  unit: string | undefined,
  estimateOf: (row: Row) => Estimate | undefined,
  [low, high]: readonly [low: string, high: string] = ['_low95', '_high95'],
): Column<Row> => ({
  ...figureColumn<Row>(key, title, unit, (row) => estimateOf(row)?.value),
  detail: (row) => formatInterval(estimateOf(row)?.interval),
  parts: [
    [low, (row) => figureAsNumber(estimateOf(row)?.interval?.low)],
    [high, (row) => figureAsNumber(estimateOf(row)?.interval?.high)],
  ],
});

/** A column of chips; in CSV their full sentences. */
export const chipColumn = <Row>(
  key: string,
  title: string,
  chips: (row: Row) => readonly Chip[],
): Column<Row> => ({
  key,
  title,
  value: (row) => joined('; ', ...chips(row).map((chip) => chip.long ?? chip.text)),
  text: (row) => joined('; ', ...chips(row).map((chip) => chip.text)),
  chips,
});

export const targetColumn = <Row extends { readonly target: Target }>(
  labels: Labels,
): Column<Row> => ({
  key: 'target',
  title: 'Target',
  isHead: true,
  value: ({ target }) => targetId(target),
  text: ({ target }) => labelOf(labels, target),
});

export const engineColumn: Column<{ readonly engine: Measurement['engine'] }> = wordColumn(
  'engine',
  'Engine',
  ({ engine }) => engine,
);

export const scenarioColumn: Column<{ readonly scenario: Scenario }> = wordColumn(
  'scenario',
  'Scenario',
  ({ scenario }) => scenario,
);

/** The load for people; CSV has {@link LOAD_COLUMNS}. */
export const loadColumn: Column<{ readonly level: Level }> = wordColumn(
  'load',
  'Level',
  ({ level }) => levelLabel(level),
);

/** The load for programs. */
export const LOAD_COLUMNS: readonly Column<{
  readonly scenario: Scenario;
  readonly level: Level;
}>[] = [
  scenarioColumn,
  dataColumn('loop', ({ level }) => level.loop),
  dataColumn('virtual_users', ({ level }) =>
    level.loop === 'closed' ? level.virtualUsers : undefined,
  ),
  dataColumn('offered_rate_per_second', ({ level }) =>
    level.loop === 'open' ? level.ratePerSecond : undefined,
  ),
  dataColumn('arrivals', ({ level }) => (level.loop === 'open' ? level.arrivals : undefined)),
];

/** Which target and engine, for programs. */
export const TARGET_COLUMNS: readonly Column<{
  readonly target: Target;
  readonly engine: Measurement['engine'];
}>[] = [
  dataColumn('serving', ({ target }) => target.serving),
  dataColumn('protocol', ({ target }) => target.protocol),
  dataColumn('payload', ({ target }) => target.payload),
  dataColumn('encoding', ({ target }) => target.encoding),
  engineColumn,
];
