import sharp from 'sharp';
import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { SummaryRow } from '../../../../../lib/bench/analysis/summary-row.ts';
import type { Summary } from '../../../../../lib/bench/analysis/summary.ts';
import { chartsOf } from '../../../../../lib/bench/report/charts/chart-set.ts';
import { drawChart, type Chart } from '../../../../../lib/bench/report/charts/draw-chart.ts';
import { closed, recordedRun } from '../../../../support/recorded-run.ts';
import { barsOf, chartOf, linesOf, failingWhere, textsOf } from '../../../../support/run-charts.ts';

const summaryOf = (...options: Parameters<typeof recordedRun>) =>
  summarise(recordedRun(...options));
const allCharts = (summary: Summary): readonly Chart[] =>
  chartsOf(summary).groups.flatMap((group) => group.charts);

const summary = summaryOf({ repeats: 2, durationSeconds: 4 });

/** Strokes and colours of the lines of a chart. */
const strokesOf = (name: string): readonly string[] =>
  linesOf(chartOf(summary, name)).map(({ stroke, look }) => `${stroke} ${look.colour.name}`);
const everyTarget = (...strokes: readonly string[]): readonly string[] =>
  strokes.flatMap((stroke) => [1, 2, 3, 4].map((colour) => `${stroke} target${colour}`));

describe('the charts of a run', () => {
  it('are the same for each scenario', () => {
    const names = ['request-rate', 'response-time', 'time-parts'];
    expect(allCharts(summary).map((chart) => chart.name)).toEqual(
      ['cold', 'warm'].flatMap((scenario) => names.map((name) => `${name}-${scenario}`)),
    );
  });

  it('have a line for each target, and one for its p95', () => {
    expect(strokesOf('request-rate-cold')).toEqual(everyTarget('solid'));
    expect(strokesOf('response-time-warm')).toEqual(everyTarget('solid', 'dotted'));
  });

  it('plot against the offered rate in an open loop', () => {
    const levels = [10, 20].map(
      (ratePerSecond) => ({ loop: 'open', ratePerSecond, arrivals: 'poisson' }) as const,
    );
    const open = summaryOf({ levels, scenarios: ['warm'], repeats: 1, durationSeconds: 4 });

    expect(chartOf(open, 'request-rate-warm-open-poisson').plot).toMatchObject({
      x: { title: 'offered rate, requests/s' },
    });
  });

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
          [2, 'middleware', 'read answer', 1],
          [3, 'server', 'total', 10],
        ]),
      ]),
    );
  });

  it.each([1, 2, 14])(
    'are valid SVG files without missing numbers for %p levels',
    async (count) => {
      const levels = Array.from({ length: count }, (_, index) => closed(index + 1));
      const charts = allCharts(summaryOf({ levels, repeats: 1, durationSeconds: 2 }));

      for (const svg of charts.map(drawChart)) {
        expect(svg).not.toMatch(/NaN|Infinity|undefined/);
        expect((await sharp(Buffer.from(svg)).metadata()).width).toBeGreaterThan(0);
      }
    },
  );
});

const LEVELS = [closed(1), closed(4), closed(16), closed(32)];
const passing = summarise(
  recordedRun({ repeats: 2, durationSeconds: 60, scenarios: ['warm'], levels: LEVELS }),
);
const failingIn = (of: Summary, name: string) =>
  linesOf(chartOf(of, `${name}-warm`)).flatMap(({ points }) =>
    points.filter(({ isFailing }) => isFailing),
  );
const isLightest = ({ engine, level }: SummaryRow): boolean =>
  engine === 'onnx' && level.loop === 'closed' && level.virtualUsers === 1;

describe('levels that fail a check', () => {
  const failing = failingWhere(passing, isLightest);

  it.each([
    ['request-rate', 4],
    ['response-time', 8],
  ])('have other markers in %s, which the legend explains', (name, count) => {
    expect(failingIn(failing, name)).toHaveLength(count);
    expect(textsOf(chartOf(failing, `${name}-warm`))).toContain('fails a check');
    expect(failingIn(passing, name)).toEqual([]);
    expect(textsOf(chartOf(passing, `${name}-warm`))).not.toContain('fails a check');
  });

  it('are marked in the labels of bars', () => {
    const labels = barsOf(chartOf(failing, 'time-parts-warm')).map(({ label }) => label);
    expect(labels.filter((label) => label.endsWith(': fails a check'))).toHaveLength(4);
  });
});

describe('a p95 from too few answers', () => {
  it('has no line if no row of its target claims it', () => {
    const rows = passing.rows.map((row) => ({ ...row, p95Ms: undefined }));
    const lines = linesOf(chartOf({ ...passing, rows }, 'response-time-warm'));

    expect(lines.map(({ stroke }) => stroke)).not.toContain('dotted');
  });
});
