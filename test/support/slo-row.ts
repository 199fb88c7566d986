import type { SummaryRow } from '../../lib/bench/analysis/summary-row.ts';
import { closed, recordedTargets } from './recorded-run.ts';

const same = (value: number) => ({ value });

/** A row of a closed loop in which nothing failed, unless it is said otherwise. */
export const sloRow = (
  users: number,
  rate: number,
  p99Ms: number,
  more: Partial<SummaryRow> = {},
) => {
  const [target] = recordedTargets();
  return {
    target,
    engine: 'onnx',
    scenario: 'warm',
    level: closed(users),
    repeats: 3,
    plannedRepeats: 3,
    failedRepeats: [],
    requestRatePerSecond: same(rate),
    p50Ms: same(p99Ms / 2),
    p99Ms: same(p99Ms),
    failedShare: 0,
    ...more,
  } satisfies SummaryRow;
};
