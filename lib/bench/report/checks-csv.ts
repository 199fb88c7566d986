import type { CheckResult } from '../analysis/checks/check.ts';
import type { SummaryRow } from '../analysis/summary-row.ts';
import type { Summary } from '../analysis/summary.ts';
import { targetId } from '../model/measurement.ts';
import { csvText, runFields } from './csv-text.ts';
import { LOAD_COLUMNS } from './load-csv.ts';
import { CHECK_UNITS, checkedRows } from './check-rows.ts';

type Column = readonly [name: string, text: (row: SummaryRow, check: CheckResult) => string];

const COLUMNS: readonly Column[] = [
  ['target', ({ target }) => targetId(target)],
  ['engine', ({ engine }) => engine],
  ...LOAD_COLUMNS,
  ['check', (_, { check }) => check],
  ['state', (_, { state }) => state],
  ['figure', (_, { figure }) => String(figure ?? '')],
  ['limit', (_, { limit }) => String(limit ?? '')],
  ['unit', (_, { check }) => CHECK_UNITS[check]],
  ['finding', (_, { finding }) => finding],
  ['advice', (_, { advice }) => advice ?? ''],
];

/**
 * `checks.csv`: tidy, one line a row and check, also of those that passed: what was measured, what it is held against, and what to
 * do. `figure` and `limit` are not rounded, in the unit of the line: `share` is of 1, `percent` of 100, `count` a number of
 * requests; empty where the run has no figure. Rows without figures and no-op limits were not asked.
 */
export const renderChecksCsv = (summary: Summary): string =>
  csvText(
    COLUMNS.map(([name]) => name),
    checkedRows(summary).flatMap((row) =>
      row.checks.map((check) => COLUMNS.map(([, text]) => text(row, check))),
    ),
    runFields(summary),
  );
