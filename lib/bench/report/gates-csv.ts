import type { GateResult } from '../analysis/gates/gate.ts';
import type { SummaryRow } from '../analysis/summary-row.ts';
import type { Summary } from '../analysis/summary.ts';
import { pathId } from '../model/cell.ts';
import { csvText, runFields } from './csv-text.ts';
import { LOAD_COLUMNS } from './load-csv.ts';
import { GATE_UNITS, gatedRows } from './gate-rows.ts';

type Column = readonly [name: string, text: (row: SummaryRow, gate: GateResult) => string];

const COLUMNS: readonly Column[] = [
  ['path', ({ path }) => pathId(path)],
  ['engine', ({ engine }) => engine],
  ...LOAD_COLUMNS,
  ['gate', (_, { gate }) => gate],
  ['state', (_, { state }) => state],
  ['figure', (_, { figure }) => String(figure ?? '')],
  ['limit', (_, { limit }) => String(limit ?? '')],
  ['unit', (_, { gate }) => GATE_UNITS[gate]],
  ['finding', (_, { finding }) => finding],
  ['advice', (_, { advice }) => advice ?? ''],
];

/**
 * `gates.csv`: tidy, one line a row and gate, also of those that passed: what was measured, what it is held against, and what to
 * do. `figure` and `limit` are not rounded, in the unit of the line: `share` is of 1, `percent` of 100, `count` a number of
 * requests; empty where the run has no figure. Rows without figures and ceilings were not asked.
 */
export const renderGatesCsv = (summary: Summary): string =>
  csvText(
    COLUMNS.map(([name]) => name),
    gatedRows(summary).flatMap((row) =>
      row.gates.map((gate) => COLUMNS.map(([, text]) => text(row, gate))),
    ),
    runFields(summary),
  );
