import type { SummaryRow } from '../../lib/bench/analysis/summary-row.ts';
import { closed, recordedTargets } from './recorded-run.ts';

const estimate = (value: number) => ({ value });

/** A row of a closed loop without failures. */
export const sloRow = (
  users: number,
  rate: number,
  p99Ms: number,
  overrides: Partial<SummaryRow> = {},
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
    requestRatePerSecond: estimate(rate),
    p50Ms: estimate(p99Ms / 2),
    p99Ms: estimate(p99Ms),
    failedShare: 0,
    ...overrides,
  } satisfies SummaryRow;
};
