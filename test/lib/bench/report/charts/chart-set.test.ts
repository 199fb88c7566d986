import sharp from 'sharp';
import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import { chartsOf } from '../../../../../lib/bench/report/charts/chart-set.ts';
import type { Chart } from '../../../../../lib/bench/report/charts/plot.ts';
import { drawChart, standaloneSvg } from '../../../../../lib/bench/report/charts/draw-chart.ts';
import { formatFigure } from '../../../../../lib/bench/wording/format-number.ts';
import { closed, recordedRun } from '../../../../support/recorded-run.ts';
import { barsOf, chartOf, linesOf } from '../../../../support/run-charts.ts';

const summaryOf = (...options: Parameters<typeof recordedRun>) =>
  summarise(recordedRun(...options));
const allCharts = (...options: Parameters<typeof recordedRun>): readonly Chart[] =>
  chartsOf(summaryOf(...options)).groups.flatMap((group) => group.charts);

const summary = summaryOf({ repeats: 2, durationSeconds: 4 });
const run = chartsOf(summary).groups.flatMap((group) => group.charts);

/** Strokes and slots of the lines of a chart. */
const strokesOf = (name: string): readonly string[] =>
  linesOf(chartOf(summary, name)).map(({ stroke, slot }) => `${stroke} ${slot}`);
const everyTarget = (...strokes: readonly string[]): readonly string[] =>
  strokes.flatMap((stroke) => [0, 1, 2, 3].map((slot) => `${stroke} ${slot}`));

describe('the charts of a run', () => {
  it('are the same for each scenario', () => {
    const names = ['request-rate', 'response-time', 'time-parts'];
    expect(run.map((one) => one.name)).toEqual(
      ['cold', 'warm'].flatMap((scenario) => names.map((name) => `${name}-${scenario}`)),
    );
  });

  it('describe each point as the tables write it', () => {
    const rows = summary.rows.filter(
      ({ engine, scenario }) => engine === 'onnx' && scenario === 'cold',
    );
    const svg = drawChart(chartOf(summary, 'request-rate-cold'), {});
    for (const row of rows) {
      expect(svg).toContain(
        `request rate ${formatFigure(row.requestRatePerSecond?.value)} requests/s`,
      );
    }
    expect([...svg.matchAll(/<title>/g)]).toHaveLength(rows.length);
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

  it.each([1, 2, 14])('are drawn for %p levels', (count) => {
    const levels = Array.from({ length: count }, (_, index) => closed(index + 1));
    for (const one of allCharts({ levels, repeats: 1, durationSeconds: 2 })) {
      expect(drawChart(one, {})).not.toMatch(/NaN|Infinity|undefined/);
    }
  });

  it('have a title and name their targets as separate files, and contain no script', async () => {
    for (const one of run) {
      const svg = standaloneSvg(one);
      expect(svg).toContain('aria-labelledby="title description"');
      expect(svg).toContain(`<title id="title">${one.title}</title>`);
      expect(svg).toContain('<desc id="description">');
      expect(svg).toContain('TorchServe (image)</text>');
      expect(svg).not.toContain('<script');
      expect(drawChart(one, {})).not.toContain('<style');
      expect((await sharp(Buffer.from(svg)).metadata()).width).toBeGreaterThan(0);
    }
  });
});
