import type { SummaryRow } from '../summary-row.ts';

/** Whether the figures of a row may support a verdict: no gate failed. What is unknown or warned about does not forbid it. */
export const gatesSupport = ({ gates = [] }: Pick<SummaryRow, 'gates'>): boolean =>
  gates.every(({ state }) => state !== 'failed');
