import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import { resolvePlanOptions } from '../../../../../lib/bench/plan/plan-options.ts';
import { boundsBeside, sloBounds } from '../../../../../lib/bench/report/charts/slo-bounds.ts';
import { recordedRun } from '../../../../support/recorded-run.ts';
import { chartOf, textsOf } from '../../../../support/run-charts.ts';

const run = recordedRun({ repeats: 2, durationSeconds: 20, scenarios: ['warm'] });
const planWith = (...sloP99Ms: readonly number[]) => ({
  ...run.plan,
  options: resolvePlanOptions({ profile: 'slo', seed: 7, sloP99Ms }),
});
const withBounds = (...bounds: readonly number[]) =>
  summarise({ ...run, plan: planWith(...bounds) });

describe('the bound in the charts of latencies', () => {
  it('is that of MLPerf where the run has none of its own', () => {
    expect(sloBounds(summarise(run)).map(({ label }) => label)).toEqual(['MLPerf: 15 ms']);
  });

  it('is the user’s own, each of them, ascending', () => {
    expect(sloBounds(withBounds(80, 40)).map(({ label }) => label)).toEqual([
      'SLO: 40 ms',
      'SLO: 80 ms',
    ]);
  });

  it('is drawn in the place of 15 ms', () => {
    const chart = chartOf(withBounds(40), 'throughput-latency-warm');
    expect(textsOf(chart)).toContain('SLO: 40 ms');
    expect(chart.caption).toContain('the objective, a p99 within 40 ms');
    expect([...textsOf(chart), chart.caption].join()).not.toContain('MLPerf');
  });

  it('is left out where nobody asked for it and it lies far below every value', () => {
    const [bound] = sloBounds(summarise(run));
    if (bound === undefined) throw new Error('no bound');
    expect(boundsBeside([bound], [61, 90])).toEqual([]);
    expect(boundsBeside([bound], [59, 90])).toEqual([bound]);
    expect(boundsBeside([{ ...bound, isOwn: true }], [500])).toHaveLength(1);
  });

  it('chooses the level that a cost is of', () => {
    const plan = { ...planWith(40), settings: { usdPerHour: 1 } };
    const { costs } = summarise({ ...run, plan });
    expect(new Set(costs?.targets.map(({ boundMs }) => boundMs))).toEqual(new Set([40]));
  });
});
