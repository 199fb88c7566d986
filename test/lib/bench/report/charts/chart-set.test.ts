import sharp from 'sharp';
import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../../../../lib/bench/analysis/summary.ts';
import { chartsOf } from '../../../../../lib/bench/report/charts/chart-set.ts';
import { drawChart, type Chart } from '../../../../../lib/bench/report/charts/draw-chart.ts';
import { closed, recordedRun } from '../../../../support/recorded-run.ts';
import { withCpuTime } from '../../../../support/with-cpu-time.ts';

const summaryOf = (...options: Parameters<typeof recordedRun>) =>
  summarise(withCpuTime(recordedRun(...options)));
const allCharts = (summary: Summary): readonly Chart[] =>
  chartsOf(summary).groups.flatMap((group) => group.charts);

const summary = summaryOf({ repeats: 2, durationSeconds: 4 });

describe('the charts of a run', () => {
  it('are the same for each scenario', () => {
    const names = ['throughput', 'response-times', 'over-time', 'time-parts', 'cpu-time'];
    expect(allCharts(summary).map((chart) => chart.name)).toEqual(
      ['cold', 'warm'].flatMap((scenario) => names.map((name) => `${name}-${scenario}`)),
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
