import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../../../../lib/bench/analysis/summary.ts';
import type { Chart } from '../../../../../lib/bench/report/charts/chart.ts';
import { recordedRun } from '../../../../support/recorded-run.ts';
import { chartOf, linePanelsOf } from '../../../../support/run-charts.ts';

const summary = summarise(
  recordedRun({ repeats: 1, durationSeconds: 30, scenarios: ['warm'], hasSeconds: true }),
);
const withSeries = (
  change: (one: NonNullable<Summary['timeSeries']>[number]) => object,
): Summary => ({
  ...summary,
  timeSeries: (summary.timeSeries ?? []).map((one) => ({ ...one, ...change(one) })),
});

/** Shaded stretches behind the lines, those of both panels. */
const shades = (chart: Chart) => linePanelsOf(chart).flatMap((panel) => panel.shades ?? []);
const chart = (of: Summary) => chartOf(of, 'seconds-warm');

describe('the chart of seconds', () => {
  it('shades the warm-up left of the window in both panels, and says how long it was', () => {
    expect(shades(chart(summary))).toEqual([
      { from: -1, to: 0, isStrong: true },
      { from: -1, to: 0, isStrong: true },
    ]);
    expect(chart(summary).caption).toContain('Shaded left of 0: the warm-up of 1 s,');
  });

  it('is not drawn of windows of a second or two', () => {
    const short = withSeries(({ seconds }) => ({ seconds: seconds.slice(0, 2) }));
    expect(() => chart(short)).toThrow('no chart seconds-warm');
  });

  it('shades nothing where there was no warm-up', () => {
    const cold = withSeries(() => ({ warmupSeconds: 0 }));
    expect(shades(chart(cold))).toEqual([]);
    expect(chart(cold).caption).not.toContain('warm-up');
  });

  it('cuts a long warm-up short, as it has no seconds to show', () => {
    const long = withSeries(() => ({ warmupSeconds: 60 }));
    expect(chart(long).caption).toContain('the warm-up of 60 s, cut short here');
  });

  it('shades the seconds in which a target was not yet as at its end, and names it', () => {
    const late = withSeries(({ target }) =>
      target.serving === 'torchserve' ? { unsteadyStartSeconds: 10 } : {},
    );
    expect(shades(chart(late))).toContainEqual({ from: 0, to: 10, isStrong: false });
    expect(chart(late).caption).toContain('TorchServe until second 10.');
  });
});
