import type { Summary } from '../analysis/summary.ts';
import type { Reproduction } from '../analysis/reproduction/reproduction.ts';
import { csvText, runFields } from './csv-text.ts';
import { csvCell, type KeyedColumn } from './keyed-column.ts';
import { orderColumns, orderLines } from './order-columns.ts';
import { reproductionColumns, reproductionLines } from './reproduction-columns.ts';

const csvOf = <Row>(
  summary: Summary,
  columns: readonly KeyedColumn<Row>[],
  rows: readonly Row[],
): string =>
  csvText(
    columns.map(({ key }) => key),
    rows.map((row) => columns.map((column) => csvCell(column, row))),
    runFields(summary),
  );

/** `reproduction.csv`: one line a path, scenario and number of virtual users that the study has too. */
export const renderReproductionCsv = (summary: Summary, reproduction: Reproduction): string =>
  csvOf(summary, reproductionColumns(), reproductionLines(reproduction));

/** `orders.csv`: one line a pair of servings that the study puts in an order. */
export const renderOrdersCsv = (summary: Summary, reproduction: Reproduction): string =>
  csvOf(summary, orderColumns(), orderLines(reproduction));
