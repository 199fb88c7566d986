import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import { runCharts } from '../../../../../lib/bench/report/charts/chart-set.ts';
import { formatFigure } from '../../../../../lib/bench/wording/format-number.ts';
import { recordedRun } from '../../../../support/recorded-run.ts';
import { barsOf, chartOf, tipsOf } from '../../../../support/run-charts.ts';

const run = recordedRun({ repeats: 3, durationSeconds: 20, scenarios: ['warm'] });
const priced = summarise({ ...run, plan: { ...run.plan, settings: { usdPerHour: 0.9 } } });

describe('the chart of costs', () => {
  it('is not drawn where no price is known', () => {
    expect(runCharts(summarise(run)).cost).toEqual([]);
  });

  it('has a bar a target, the cheapest first, with the figures of the table', () => {
    const targets = priced.costs?.targets ?? [];
    const ordered = targets.toSorted((a, b) => a.usdPerMillion.value - b.usdPerMillion.value);
    const tips = tipsOf(chartOf(priced, 'cost'));
    expect(tips).toHaveLength(targets.length);
    tips.forEach((tip, index) => {
      expect(tip).toContain(`$${formatFigure(ordered[index]?.usdPerMillion.value)} a million`);
    });
    expect(chartOf(priced, 'cost').caption).toContain('At $0.9 an hour');
  });

  it('draws hollow what keeps no bound, and says so', () => {
    expect(priced.costs?.targets.every(({ basis }) => basis === 'best-rate')).toBe(true);
    const chart = chartOf(priced, 'cost');
    expect(chart.caption).toContain('Hollow: no level was shown to keep the bound');
    expect(barsOf(chart).map(({ look }) => look)).toEqual(['hollow', 'hollow', 'hollow', 'hollow']);
  });
});
