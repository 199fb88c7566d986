import { targetId, type Target, type Scenario } from '../model/measurement.ts';
import { NO_FIGURE } from '../wording/format-number.ts';
import { textColumn, type KeyedColumn } from './keyed-column.ts';

/** The columns in which one of the rows says anything. */
export const neededTargetColumns = <Row>(
  columns: readonly KeyedColumn<Row>[],
  rows: readonly Row[],
): readonly KeyedColumn<Row>[] =>
  columns.filter(({ text }) => rows.some((row) => !['', NO_FIGURE].includes(text(row))));

/** What a row of a table of targets begins with. */
export const headColumns = <Row extends { readonly target: Target; readonly scenario: Scenario }>(
  labels: ReadonlyMap<string, string>,
): readonly KeyedColumn<Row>[] => [
  textColumn('target', 'Target', ({ target }) => labels.get(targetId(target)) ?? targetId(target)),
  textColumn('scenario', 'Scenario', ({ scenario }) => scenario),
];
