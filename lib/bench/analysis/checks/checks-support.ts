import type { SummaryRow } from '../summary-row.ts';

/** Whether the figures of a row may support a verdict: no check failed. What is unknown or warned about does not forbid it. */
export const checksSupport = ({ checks = [] }: Pick<SummaryRow, 'checks'>): boolean =>
  checks.every(({ state }) => state !== 'failed');
