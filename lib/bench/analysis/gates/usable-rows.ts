import type { SummaryRow } from '../summary-row.ts';
import { gatesSupport } from './gates-support.ts';

/** How much of a run's table may be quoted; rows of the null engine are no part of it. */
export interface UsableRows {
  /** Rows that have figures and were asked the gates. */
  readonly measured: number;
  /** Of these, rows that fail no gate. */
  readonly usable: number;
  /** Of the usable ones, rows that a gate warns about. */
  readonly warned: number;
}

/** Whether a gate warns about a row. */
export const isWarned = ({ gates = [] }: Pick<SummaryRow, 'gates'>): boolean =>
  gates.some(({ state }) => state === 'warned');

/** Counts the rows that may be quoted. Pure. */
export const usableRowsOf = (
  rows: readonly Pick<SummaryRow, 'repeats' | 'gates'>[],
): UsableRows => {
  const measured = rows.filter(({ repeats, gates }) => repeats > 0 && gates !== undefined);
  const usable = measured.filter(gatesSupport);
  return {
    measured: measured.length,
    usable: usable.length,
    warned: usable.filter(isWarned).length,
  };
};
