import type { SummaryRow } from '../../../../../lib/bench/analysis/summary-row.ts';
import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import { recordedRun } from '../../../../support/recorded-run.ts';
import { barsOf, chartOf, failingWhere } from '../../../../support/run-charts.ts';

const summary = summarise(recordedRun({ repeats: 2, durationSeconds: 4 }));

describe('the bars of the parts of a request', () => {
  it('add the parts of a request up to the figure beside its bar', () => {
    const bars = barsOf(chartOf(summary, 'time-parts-cold'));
    expect(bars).toHaveLength(4);
    for (const { parts, text } of bars) {
      const sum = parts.reduce((total, { value }) => total + value, 0);
      expect(Math.abs(sum / Number(text) - 1)).toBeLessThan(0.01);
    }
  });

  it('have one part for each server that reports neither its queue nor its model, and numbers without gaps', () => {
    const rows = summary.rows.map((row, at): SummaryRow => {
      const { timeParts } = row;
      return timeParts === undefined
        ? row
        : {
            ...row,
            timeParts: {
              ...timeParts,
              serverMs: 10,
              servingTells: at % 2 === 0 ? ['request'] : [],
              parts: [
                { name: 'client', meanMs: 1 },
                { name: 'parse', meanMs: 1 },
                ...(at % 2 === 0
                  ? [
                      { name: 'wire', meanMs: 2 } as const,
                      { name: 'serving_rest', meanMs: 8 } as const,
                    ]
                  : [{ name: 'upstream', meanMs: 10 } as const]),
              ],
            },
          };
    });
    const bars = barsOf(chartOf({ ...summary, rows }, 'time-parts-warm'));
    const shown = bars.map(({ parts }) =>
      parts.map(({ number, group, label, value }) => [number, group, label, value]),
    );

    expect(new Set(shown.map((parts) => JSON.stringify(parts)))).toEqual(
      new Set([
        JSON.stringify([
          [1, 'load generator', 'network', 1],
          [2, 'our middleware', 'read answer', 1],
          [3, 'server', 'total', 10],
        ]),
      ]),
    );
  });

  it('are marked in the labels of bars', () => {
    const labels = barsOf(
      chartOf(
        failingWhere(summary, () => true),
        'time-parts-warm',
      ),
    ).map(({ label }) => label);
    expect(labels.filter((label) => label.endsWith(': fails a check'))).toHaveLength(4);
  });
});
