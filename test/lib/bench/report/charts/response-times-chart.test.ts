import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../../../../lib/bench/analysis/summary.ts';
import { closed, recordedRun } from '../../../../support/recorded-run.ts';
import { chartOf, linesOf } from '../../../../support/run-charts.ts';

const summaryAt = (...users: readonly number[]): Summary =>
  summarise(
    recordedRun({
      repeats: 3,
      durationSeconds: 20,
      scenarios: ['warm'],
      levels: users.map(closed),
    }),
  );
const summary = summaryAt(1, 4, 16);
const linesIn = (of: Summary) => linesOf(chartOf(of, 'response-times-warm'));

describe('the chart of the distribution of response times', () => {
  it('has a line for each target at the highest level, and one at the lowest', () => {
    expect(linesIn(summary).map(({ stroke, figure }) => [stroke, figure])).toEqual([
      ...[1, 2, 3, 4].map(() => ['solid', '16 VUs']),
      ...[1, 2, 3, 4].map(() => ['dotted', '1 VU']),
    ]);
    expect(linesIn(summaryAt(4)).map(({ stroke }) => stroke)).not.toContain('dotted');
  });

  it('tells the percentiles that people ask for, and the last one that there are answers for', () => {
    const [{ points } = { points: [] }] = linesIn(summary);
    const row = summary.rows.find(
      ({ level }) => level.loop === 'closed' && level.virtualUsers === 16,
    );
    const tips = points.flatMap(({ tip }) => tip ?? []);

    expect(tips.map((tip) => tip.split(' ')[0])).toEqual([
      'p50',
      'p75',
      'p90',
      'p95',
      'p99',
      expect.stringMatching(/^p99\.\d\d$/),
    ]);
    expect(tips.at(-1)).toContain('need more answers');
    expect(points.find(({ x }) => x === 0.5)?.y).toBe(row?.p50Ms?.value);
    expect(points.find(({ x }) => x === 0.01)?.y).toBe(row?.p99Ms?.value);
  });

  it('never falls to the right', () => {
    for (const { points } of linesIn(summary)) {
      const byPercentile = points.toSorted((a, b) => b.x - a.x).map(({ y }) => y);
      expect(byPercentile).toEqual(byPercentile.toSorted((a, b) => a - b));
    }
  });
});
