import sharp from 'sharp';
import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import { chartSet } from '../../../../../lib/bench/report/charts/chart-set.ts';
import type { Chart } from '../../../../../lib/bench/report/charts/chart.ts';
import { standaloneSvg } from '../../../../../lib/bench/report/charts/write-chart.ts';
import { figure } from '../../../../../lib/bench/report/figures.ts';
import { closed, recordedRun } from '../../../../support/recorded-run.ts';
import { barsOf, linePanelsOf, linesOf, tipsOf } from '../../../../support/run-charts.ts';

const chartsOf = (...options: Parameters<typeof recordedRun>): readonly Chart[] =>
  chartSet(summarise(recordedRun(...options))).flatMap((group) => group.charts);

const chart = (charts: readonly Chart[], name: string): Chart => {
  const found = charts.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no chart ${name}`);
  return found;
};

/** Strokes and targets of the lines of a chart. */
const strokesOf = (one: Chart): readonly string[] =>
  linesOf(one).map(({ stroke, path }) => `${stroke} ${path}`);

const run = chartsOf({ repeats: 2, durationSeconds: 4 });

describe('the charts of a run', () => {
  it('are the same for each scenario', () => {
    expect(run.map((one) => one.name)).toEqual(
      ['cold', 'warm'].flatMap((scenario) =>
        ['request-rate', 'throughput-latency', 'response-time', 'failed-share', 'time-parts'].map(
          (name) => `${name}-${scenario}`,
        ),
      ),
    );
  });

  it('say at each point what it is, as the tables write it', () => {
    const summary = summarise(recordedRun({ repeats: 2, durationSeconds: 4 }));
    const rows = summary.rows.filter(
      ({ engine, scenario }) => engine === 'onnx' && scenario === 'cold',
    );
    const { svg } = chart(run, 'request-rate-cold');
    for (const row of rows) {
      expect(svg).toContain(
        `request rate ${figure('request_rate_per_second').text(row)} requests/s`,
      );
    }
    expect([...svg.matchAll(/<title>/g)]).toHaveLength(rows.length);
  });

  it('show one window a target second by second where the records have seconds', () => {
    const charts = chartsOf({ repeats: 2, durationSeconds: 6, hasSeconds: true });
    expect(chart(charts, 'seconds-cold').caption).toContain('at 16 VUs');
    expect(linesOf(chart(charts, 'seconds-cold'))).toHaveLength(8);
    expect(run.filter(({ name }) => name.startsWith('seconds'))).toEqual([]);
  });

  it('have one solid line and one dashed no-op limit a target', () => {
    expect(strokesOf(chart(run, 'request-rate-cold'))).toEqual(
      ['solid', 'dashed'].flatMap((stroke) => [0, 1, 2, 3].map((path) => `${stroke} ${path}`)),
    );
  });

  it('have a median and a p95 line a target', () => {
    expect(strokesOf(chart(run, 'response-time-warm'))).toEqual(
      ['solid', 'dotted'].flatMap((stroke) => [0, 1, 2, 3].map((path) => `${stroke} ${path}`)),
    );
  });

  it('show far no-op limits in a chart of their own, so that they do not press the targets flat', () => {
    const charts = chartsOf({ repeats: 1, durationSeconds: 4, noopLimitFactor: 20 });
    expect(linesOf(chart(charts, 'request-rate-cold'))).toHaveLength(4);
    expect(chart(charts, 'request-rate-cold').caption).toContain('Far above this chart');
    expect(linesOf(chart(charts, 'headroom-cold'))).toHaveLength(8);
  });

  it('have no no-op limits where none were measured', () => {
    const charts = chartsOf({ repeats: 1, engines: ['onnx'], durationSeconds: 4 });
    expect(linesOf(chart(charts, 'request-rate-cold'))).toHaveLength(4);
  });

  it('are against the offered rate in an open loop', () => {
    const levels = [10, 20].map(
      (ratePerSecond) => ({ loop: 'open', ratePerSecond, arrivals: 'poisson' }) as const,
    );
    const charts = chartsOf({ levels, scenarios: ['warm'], repeats: 1, durationSeconds: 4 });
    const [panel] = linePanelsOf(chart(charts, 'request-rate-warm-open-poisson'));
    expect(panel?.x.title).toBe('offered rate, requests/s');
  });

  it('tell of which kinds the failed requests are, and leave targets without any out', () => {
    const one = chart(run, 'failed-share-cold');
    expect(linesOf(one).map(({ label }) => label)).toEqual(['TorchServe']);
    for (const tip of tipsOf(one)) expect(tip).toMatch(/\nfailed [\d.]+ %, \d+ × /);
    expect(one.caption).toContain('Targets without a failure have no line here; they are 3.');
  });

  it('add the parts of a request up to the figure beside its bar', () => {
    const bars = barsOf(chart(run, 'time-parts-cold'));
    expect(bars.length).toBeGreaterThan(4);
    for (const { parts, text } of bars) {
      const sum = parts.reduce((total, { value }) => total + value, 0);
      expect(Math.abs(sum / Number(text) - 1)).toBeLessThan(0.01);
    }
  });

  it.each([1, 2, 14])('are drawn for %p levels', (count) => {
    const levels = Array.from({ length: count }, (_, index) => closed(index + 1));
    for (const { svg } of chartsOf({ levels, repeats: 1, durationSeconds: 2 })) {
      expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    }
  });

  it('are well-formed with and without a surface of their own', async () => {
    for (const one of run) {
      for (const svg of [one.svg, standaloneSvg(one)]) {
        const { width, format } = await sharp(Buffer.from(svg)).metadata();
        expect(format).toBe('svg');
        expect(width).toBeGreaterThan(0);
      }
    }
  });

  it('name themselves to screen readers where they are files of their own', () => {
    for (const one of run) {
      const svg = standaloneSvg(one);
      expect(svg).toContain(`<title id="${one.name}-title">${one.title}</title>`);
      expect(svg).toContain(`<desc id="${one.name}-description">`);
      expect(svg).toContain(`aria-labelledby="${one.name}-title ${one.name}-description"`);
    }
  });

  it('bring no style and no script into a page', () => {
    for (const { svg } of run) expect(svg).not.toMatch(/<style|<script/);
  });

  it('are the same bytes for the same run', () => {
    expect(chartsOf({ repeats: 2, durationSeconds: 4 })).toEqual(run);
  });
});
