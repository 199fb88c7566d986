import { pathId, type Path, type Scenario } from '../plan/cell.ts';
import { NO_FIGURE } from '../wording/format-number.ts';

/** A column of a table with one row a path and scenario. */
export interface PathColumn<Row> {
  /** Column of the CSV file. */
  readonly key: string;
  /** Heading of tables. */
  readonly title: string;
  readonly text: (row: Row) => string;
  readonly isFigure: boolean;
}

/** The columns in which one of the rows says anything. */
export const neededPathColumns = <Row>(
  columns: readonly PathColumn<Row>[],
  rows: readonly Row[],
): readonly PathColumn<Row>[] =>
  columns.filter(({ text }) => rows.some((row) => !['', NO_FIGURE].includes(text(row))));

/** What a row of a table of paths begins with. */
export const headColumns = <Row extends { readonly path: Path; readonly scenario: Scenario }>(
  labels: ReadonlyMap<string, string>,
): readonly PathColumn<Row>[] => [
  {
    key: 'path',
    title: 'Path',
    text: ({ path }) => labels.get(pathId(path)) ?? pathId(path),
    isFigure: false,
  },
  { key: 'scenario', title: 'Scenario', text: ({ scenario }) => scenario, isFigure: false },
];
