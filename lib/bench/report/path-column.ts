import { pathId, type Path, type Scenario } from '../model/cell.ts';
import { NO_FIGURE } from '../wording/format-number.ts';
import { textColumn, type KeyedColumn } from './keyed-column.ts';

/** The columns in which one of the rows says anything. */
export const neededPathColumns = <Row>(
  columns: readonly KeyedColumn<Row>[],
  rows: readonly Row[],
): readonly KeyedColumn<Row>[] =>
  columns.filter(({ text }) => rows.some((row) => !['', NO_FIGURE].includes(text(row))));

/** What a row of a table of paths begins with. */
export const headColumns = <Row extends { readonly path: Path; readonly scenario: Scenario }>(
  labels: ReadonlyMap<string, string>,
): readonly KeyedColumn<Row>[] => [
  textColumn('path', 'Path', ({ path }) => labels.get(pathId(path)) ?? pathId(path)),
  textColumn('scenario', 'Scenario', ({ scenario }) => scenario),
];
