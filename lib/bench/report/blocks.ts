import { NO_FIGURE, counted } from '../wording/format-number.ts';
import type { Block, Column, DataFile, Format, Item, List, Text } from './model.ts';

type Only = readonly Format[];

/** A paragraph. */
export const text = (words: string, role?: Text['role'], only?: Only): Text => ({
  kind: 'text',
  text: words,
  role,
  only,
});

/** A list; no block where there is nothing to list. */
export const list = (
  items: readonly (Item | string)[],
  role?: List['role'],
  only?: Only,
): readonly Block[] =>
  items.length === 0
    ? []
    : [
        {
          kind: 'list',
          items: items.map((item) => (typeof item === 'string' ? { text: item } : item)),
          role,
          only,
        },
      ];

/** What is folded away; no block where nothing is. */
export const fold = (title: string, blocks: readonly Block[], only?: Only): readonly Block[] =>
  blocks.length === 0 ? [] : [{ kind: 'fold', title, blocks, only }];

/** Longer tables are folded: charts and sentences above them say the same at a glance. */
const OPEN_ROWS = 60;

/** Nobody reads more rows on a page, and they would make it large. */
const MOST_ROWS = 100;

interface TableOptions<Row> {
  /** The CSV file that has all rows, for a table that may be long. */
  readonly file?: string;
  /** Folded however short it is. */
  readonly isFolded?: boolean;
  readonly isMatrix?: boolean;
  /** A row that fails a check. */
  readonly isGreyed?: (row: Row) => boolean;
  readonly only?: Only;
}

const isSaid = (words: string): boolean => words !== '' && words !== NO_FIGURE;

/**
 * A table of these rows; no block where it has none. Columns in which no row says anything are left out. A long table is folded,
 * and cut where it is too long for a page.
 */
export const table = <Row>(
  caption: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  { file = 'summary.csv', isFolded = false, isMatrix, isGreyed, only }: TableOptions<Row> = {},
): readonly Block[] => {
  if (rows.length === 0) return [];
  const shown = rows.slice(0, MOST_ROWS).map((row) => ({
    cells: columns.map((column) => ({
      text: column.text(row),
      short: column.short?.(row),
      detail: column.detail?.(row) ?? '',
      chips: column.chips?.(row) ?? [],
      why: column.why?.(row),
    })),
    isGreyed: isGreyed?.(row) ?? false,
  }));
  const needed = columns.map((_, at) => shown.some(({ cells }) => isSaid(cells[at]?.text ?? '')));
  const left = rows.length - shown.length;
  const blocks: readonly Block[] = [
    {
      kind: 'table',
      caption,
      isMatrix,
      columns: columns.filter((_, at) => needed[at]),
      rows: shown.map(({ cells, ...row }) => ({
        ...row,
        cells: cells.filter((_, at) => needed[at]),
      })),
      only,
    },
    ...(left === 0 ? [] : [text(`${counted(left, 'more row')} in ${file}.`, 'small', only)]),
  ];
  return isFolded || rows.length > OPEN_ROWS
    ? fold(`${caption}: ${counted(rows.length, 'row')}`, blocks, only)
    : blocks;
};

/** A CSV file of these rows, named after the table that it holds. */
export const dataFile = <Row>(
  name: string,
  columns: readonly Column<Row>[],
  rows: Iterable<Row>,
): DataFile => {
  const fields = columns.flatMap(({ key, value, parts = [] }) => [
    { name: key, of: (row: Row) => String(value(row) ?? '') },
    ...parts.map(([suffix, of]) => ({ name: key + suffix, of })),
  ]);
  return {
    name,
    head: fields.map((field) => field.name),
    lines: {
      *[Symbol.iterator]() {
        for (const row of rows) yield fields.map(({ of }) => of(row));
      },
    },
  };
};
