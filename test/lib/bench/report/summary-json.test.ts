import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../../../lib/bench/analysis/summary.ts';
import { renderSummaryJson } from '../../../../lib/bench/report/summary-json.ts';
import { recordedRun } from '../../../support/recorded-run.ts';

const summaryOf = (durationSeconds: number): Summary =>
  summarise(recordedRun({ repeats: 1, durationSeconds, scenarios: ['warm'], directShare: 0.8 }));

describe('summary.json', () => {
  const summary = [summaryOf(1), summaryOf(10)];
  const read = summary.map((one) => JSON.parse([...renderSummaryJson(one)].join('')) as Summary);
  const rows = read.flatMap((one) => one.rows);

  it('has a percentile where the answers support it, and only the word that they do not where they do not', () => {
    const told = { unsupported: 0, supported: 0 };
    for (const { percentileSupport, bypass, p95Ms, p99Ms, p999Ms } of rows) {
      expect([p95Ms, p99Ms, p999Ms].map((over) => over !== undefined)).toEqual([
        percentileSupport?.p95,
        percentileSupport?.p99,
        percentileSupport?.p999,
      ]);
      expect(bypass?.p99Ms !== undefined).toBe(bypass?.percentileSupport?.p99 ?? false);
      told[percentileSupport?.p99 === true ? 'supported' : 'unsupported'] += 1;
    }
    expect(Math.min(told.supported, told.unsupported)).toBeGreaterThan(0);
  });

  it('has all else as it is', () => {
    expect(summary).toMatchObject(read);
    expect(rows.some(({ bypass }) => bypass !== undefined)).toBe(true);
  });
});
