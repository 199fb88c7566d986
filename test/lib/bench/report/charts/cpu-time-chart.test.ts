import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../../../../lib/bench/analysis/summary.ts';
import { chartsOf } from '../../../../../lib/bench/report/charts/chart-set.ts';
import { closed, recordedRun, recordedTargets } from '../../../../support/recorded-run.ts';
import { chartOf, failingWhere, linesOf } from '../../../../support/run-charts.ts';
import { withCpuTime } from '../../../../support/with-cpu-time.ts';

const [first, second] = recordedTargets();
const data = recordedRun({
  targets: [first, second],
  repeats: 2,
  scenarios: ['warm'],
  levels: [closed(1), closed(4), closed(16)],
});
const chartIn = (of: Summary) => chartOf(of, 'cpu-time-warm');
const namesIn = (of: Summary): readonly string[] =>
  chartsOf(of).groups.flatMap(({ charts }) => charts.map(({ name }) => name));

/** The first target needs twice as much with one user as with more; the second one always the same. */
const halved = withCpuTime(data, ({ target, level }) =>
  target.serving === first.serving && level.loop === 'closed' && level.virtualUsers === 1 ? 80 : 40,
);

describe('the chart of CPU time per request', () => {
  it('has a line for each target, with a point for each number of users', () => {
    const chart = chartIn(summarise(withCpuTime(data)));
    const points = [1, 4, 16].map((x) => ({ x, y: 40 }));

    expect(linesOf(chart).map((line) => line.points)).toMatchObject([points, points]);
    expect(linesOf(chart)[0]?.points[1]?.tip).toBe('4 VUs\nCPU time 40.0 ms a request');
    expect(chart.plot.x).toMatchObject({ title: 'virtual users (log)', ticks: [1, 4, 16] });
  });

  it('has offered rates on its axis in an open loop', () => {
    const level = { loop: 'open', ratePerSecond: 10, arrivals: 'poisson' } as const;
    const open = summarise(withCpuTime(recordedRun({ repeats: 2, levels: [level] })));

    expect(chartOf(open, 'cpu-time-warm-open-poisson').plot.x).toMatchObject({
      title: 'offered requests/s (log)',
      ticks: [10],
    });
  });

  it('marks levels that fail a check', () => {
    const failing = failingWhere(summarise(withCpuTime(data)), () => true);

    expect(linesOf(chartIn(failing))[0]?.points[0]?.mark).toBe('failing');
  });

  it('leaves out a server that computes while it waits, and names it', () => {
    const chart = chartIn(summarise(halved));

    expect(linesOf(chart).map(({ name }) => name)).toEqual(['TensorFlow Serving (JSON)']);
    expect(chart.caption).toMatch(/Left out, .* not what requests cost: TorchServe/);
  });

  it('leaves out a server whose CPU time is not known', () => {
    const chart = chartIn(
      summarise(
        withCpuTime(data, ({ target }) => (target.serving === first.serving ? undefined : 40)),
      ),
    );

    expect(linesOf(chart)).toHaveLength(1);
    expect(chart.caption).toContain('Left out, because their CPU time is not known');
  });

  it('is missing if no CPU time is known, or all servers only wait or compute on a GPU', () => {
    const known = withCpuTime(data);
    const { plan } = known;
    const gpu = { accelerator: 'gpu', platform: '', real: true } as const;
    const served = { [first.serving]: gpu, [second.serving]: gpu };

    expect(namesIn(summarise(known))).toContain('cpu-time-warm');
    for (const without of [
      data,
      { ...known, plan: { ...plan, served } },
      { ...known, plan: { ...plan, options: { ...plan.options, engine: 'delay' as const } } },
    ]) {
      expect(namesIn(summarise(without))).not.toContain('cpu-time-warm');
    }
  });
});
