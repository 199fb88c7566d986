import type { RunData } from '../../results/run-folder.ts';
import { cellRecords } from '../cell-records.ts';
import { groupBy } from '../group-by.ts';
import { rowKey } from '../row-key.ts';
import { summarise } from '../summarise.ts';
import type { Summary } from '../summary.ts';
import type { Side } from '../verdicts/side.ts';
import type { PlacedRepeats } from './like-with-like.ts';
import { machineOf } from './machine-of.ts';

/** A run as a comparison needs it. */
export interface MeasuredRun {
  readonly summary: Summary;
  /** What was measured, ceilings not among it, by the key of the row. */
  readonly sides: ReadonlyMap<string, Side>;
  readonly machineOf: PlacedRepeats['machineOf'];
}

/** @throws as {@link summarise} */
export const measuredRun = (data: RunData, which: 'before' | 'after'): MeasuredRun => {
  const summary = summarise(data);
  const { completed } = cellRecords(data.plan, data.records);
  const repeats = groupBy(completed.values(), ({ cell }) => rowKey(cell));
  const measured = summary.rows.filter(({ engine }) => engine !== 'null');
  return {
    summary,
    machineOf: (cell) => machineOf(cell, data.environment, which),
    sides: new Map(
      measured.map((row) => [rowKey(row), { row, repeats: repeats.get(rowKey(row)) ?? [] }]),
    ),
  };
};
