import type { SummaryRow } from '../summary-row.ts';
import { checksSupport } from './checks-support.ts';

/** How much of a run's table may be quoted; rows of the no-op backend are no part of it. */
export interface UsableRows {
  /** Rows that have figures and were asked the checks. */
  readonly measured: number;
  /** Of these, rows that fail no check. */
  readonly usable: number;
  /** Of the usable ones, rows that a check warns about. */
  readonly warned: number;
}

/** Whether a check warns about a row. */
export const isWarned = ({ checks = [] }: Pick<SummaryRow, 'checks'>): boolean =>
  checks.some(({ state }) => state === 'warned');

/** Counts the rows that may be quoted. Pure. */
export const usableRowsOf = (
  rows: readonly Pick<SummaryRow, 'repeats' | 'checks'>[],
): UsableRows => {
  const measured = rows.filter(({ repeats, checks }) => repeats > 0 && checks !== undefined);
  const usable = measured.filter(checksSupport);
  return {
    measured: measured.length,
    usable: usable.length,
    warned: usable.filter(isWarned).length,
  };
};
