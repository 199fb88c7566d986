import type { SummaryRow } from '../../lib/bench/analysis/summary-row.ts';
import { closed, recordedPaths } from './recorded-run.ts';

const same = (value: number) => ({ value, min: value, max: value });

/** A row of a closed loop whose p99 is supported and in which nothing failed, unless it is said otherwise. */
export const sloRow = (
  users: number,
  rate: number,
  p99Ms: number,
  more: Partial<SummaryRow> = {},
) => {
  const [path] = recordedPaths();
  if (path === undefined) throw new Error('no path');
  return {
    path,
    engine: 'onnx',
    scenario: 'warm',
    level: closed(users),
    repeats: 3,
    plannedRepeats: 3,
    failedRepeats: [],
    warnings: [],
    requestRatePerSecond: same(rate),
    p50Ms: same(p99Ms / 2),
    p99Ms: same(p99Ms),
    percentileSupport: { p95: true, p99: true, p999: false },
    failedShare: same(0),
    ...more,
  } satisfies SummaryRow;
};
