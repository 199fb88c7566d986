import sharp from 'sharp';
import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import { chartSet } from '../../../../../lib/bench/report/charts/chart-set.ts';
import { standaloneSvg } from '../../../../../lib/bench/report/charts/standalone-svg.ts';
import type { Chart } from '../../../../../lib/bench/report/charts/chart.ts';
import { figure } from '../../../../../lib/bench/report/figures.ts';
import { closed, recordedRun } from '../../../../support/recorded-run.ts';

const chartsOf = (...options: Parameters<typeof recordedRun>): readonly Chart[] =>
  chartSet(summarise(recordedRun(...options))).flatMap((group) => group.charts);

const chart = (charts: readonly Chart[], name: string): Chart => {
  const found = charts.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no chart ${name}`);
  return found;
};

/** Lines of paths, in the plot and not in the legend: those that are clipped to the plot. */
const plotLines = (svg: string): string[] =>
  [...svg.matchAll(/<g clip-path[^>]*>\s*(<path[^>]*s-path\d[^>]*>)/g)].map(
    (match) => match[1] ?? '',
  );

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

  it('mark every shape of a target with its place in the report', () => {
    const { svg } = chart(run, 'request-rate-cold');
    for (const [shape] of svg.matchAll(/<path[^>]*-path2"[^>]*>/g))
      expect(shape).toContain('data-p="1"');
    expect(svg).not.toMatch(/#f[de]00/);
  });

  it('show one window a target second by second where the records have seconds', () => {
    const charts = chartsOf({ repeats: 2, durationSeconds: 6, hasSeconds: true });
    expect(chart(charts, 'seconds-cold').caption).toContain('at 16 VUs');
    expect(plotLines(chart(charts, 'seconds-cold').svg)).toHaveLength(8);
    expect(run.filter(({ name }) => name.startsWith('seconds'))).toEqual([]);
  });

  it('have one solid line and one dashed no-op limit a target', () => {
    const lines = plotLines(chart(run, 'request-rate-cold').svg);
    const dashed = lines.filter((line) => line.includes('stroke-dasharray="7,5"'));
    expect(lines).toHaveLength(8);
    expect(dashed).toHaveLength(4);
    for (const name of ['target1', 'target2', 'target3', 'target4']) {
      expect(lines.filter((line) => line.includes(`s-${name}`))).toHaveLength(2);
      expect(dashed.filter((line) => line.includes(`s-${name}`))).toHaveLength(1);
    }
  });

  it('have a median and a p95 line a target', () => {
    const lines = plotLines(chart(run, 'response-time-warm').svg);
    expect(lines).toHaveLength(8);
    expect(lines.filter((line) => line.includes('stroke-dasharray="1,4"'))).toHaveLength(4);
  });

  it('show far no-op limits in a chart of their own, so that they do not press the targets flat', () => {
    const charts = chartsOf({ repeats: 1, durationSeconds: 4, noopLimitFactor: 20 });
    expect(plotLines(chart(charts, 'request-rate-cold').svg)).toHaveLength(4);
    expect(chart(charts, 'request-rate-cold').caption).toContain('Far above this chart');
    expect(plotLines(chart(charts, 'headroom-cold').svg)).toHaveLength(8);
  });

  it('have no no-op limits where none were measured', () => {
    const charts = chartsOf({ repeats: 1, engines: ['onnx'], durationSeconds: 4 });
    expect(plotLines(chart(charts, 'request-rate-cold').svg)).toHaveLength(4);
  });

  it('are against the offered rate in an open loop', () => {
    const levels = [10, 20].map(
      (ratePerSecond) => ({ loop: 'open', ratePerSecond, arrivals: 'poisson' }) as const,
    );
    const charts = chartsOf({ levels, scenarios: ['warm'], repeats: 1, durationSeconds: 4 });
    expect(chart(charts, 'request-rate-warm-open-poisson').svg).toContain(
      'offered rate, requests/s',
    );
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

  it('bring no style, no script and no class of the library', () => {
    for (const { svg } of run) expect(svg).not.toMatch(/<style|<script|zr\d|ecmeta/);
  });

  it('are the same bytes for the same run', () => {
    expect(chartsOf({ repeats: 2, durationSeconds: 4 })).toEqual(run);
  });
});
