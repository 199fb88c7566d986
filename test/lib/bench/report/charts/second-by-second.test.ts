import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../../../../lib/bench/analysis/summary.ts';
import { recordedRun } from '../../../../support/recorded-run.ts';
import { chartOf, linesOf } from '../../../../support/run-charts.ts';

const summary = summarise(
  recordedRun({ repeats: 1, durationSeconds: 30, scenarios: ['warm'], hasSeconds: true }),
);
const withSeries = (
  change: (one: NonNullable<Summary['timeSeries']>[number]) => object,
): Summary => ({
  ...summary,
  timeSeries: (summary.timeSeries ?? []).map((one) => ({ ...one, ...change(one) })),
});
const chart = (of: Summary) => chartOf(of, 'seconds-warm');

describe('the chart of seconds', () => {
  it('shows one window of each target, at the greatest load', () => {
    expect(linesOf(chart(summary))).toHaveLength(4);
    expect(chart(summary).caption).toContain('at 16 VUs');
  });

  it('is not drawn of windows of a second or two, nor where no record has seconds', () => {
    const short = withSeries(({ seconds }) => ({ seconds: seconds.slice(0, 2) }));
    expect(() => chart(short)).toThrow('no chart seconds-warm');
    expect(() => chart({ ...summary, timeSeries: [] })).toThrow('no chart seconds-warm');
  });
});
