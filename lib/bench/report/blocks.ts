import { NO_FIGURE, counted } from '../wording/format-number.ts';
import type { Block, Chip, Column, DataFile, Format, Item, List, Text } from './model.ts';

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

/** A table; no block if there are no rows. Leaves out empty columns, folds a long table and cuts one that is too long for a page. */
export const table = <Row>(
  caption: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  { file = 'summary.json', isFolded = false, isMatrix, isGreyed }: TableOptions<Row> = {},
): readonly Block[] => {
  if (rows.length === 0) return [];
  const shown = rows.slice(0, MAX_ROWS);
  const needed = columns.filter((column) => shown.some((row) => hasContent(column.text(row))));
  const left = rows.length - shown.length;
  const content = blocks(
    {
      kind: 'table',
      caption,
      isMatrix,
      columns: needed,
      rows: shown.map((row) => ({
        cells: needed.map((column) => ({
          column,
          text: column.text(row),
          detail: column.detail?.(row) ?? '',
          chips: column.chips?.(row) ?? [],
        })),
        mark: isGreyed?.(row) === true ? FAILS : undefined,
      })),
    },
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
