import { checksSupport } from '../../analysis/checks/checks-support.ts';
import type { SummaryRow } from '../../analysis/summary-row.ts';

const FAILING_OPACITY = 0.4;

/** A bar of a row; faint where the row fails a check. */
export const rowBar = (row: SummaryRow, value: number) =>
  checksSupport(row) ? value : { value, itemStyle: { opacity: FAILING_OPACITY } };

/** What faint bars are, as a sentence; empty where there are none. */
export const failingBarsSentence = (rows: readonly SummaryRow[]): string =>
  rows.every(checksSupport) ? '' : 'Faint bars: the level fails a check.';
