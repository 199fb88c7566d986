import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../../../../lib/bench/analysis/summary.ts';
import { chartsOf } from '../../../../../lib/bench/report/charts/chart-set.ts';
import { closed, recordedRun, recordedTargets } from '../../../../support/recorded-run.ts';
import { barsOf } from '../../../../support/run-charts.ts';

const options = { scenarios: ['warm'], repeats: 4, targets: recordedTargets().slice(1) } as const;
const summary = summarise(recordedRun({ ...options, levels: [closed(1), closed(8)] }));

const barsIn = (of: Summary) => {
  const { head } = chartsOf(of);
  return head === undefined ? [] : barsOf(head);
};

describe('the chart of the ranking', () => {
  it('has the ranks that the verdicts allow, and the mean rate over the levels with its interval', () => {
    const { judged = [] } = summary.ranking ?? {};
    const ranks = judged.map(({ ranks: { best, worst } }) =>
      best === worst ? `${best}.` : `${best}–${worst}.`,
    );

    expect(barsIn(summary).map(({ label }) => label.split(' ')[0])).toEqual(ranks);
    expect(
      barsIn(summary).map(({ parts, interval }) => ({ value: parts[0]?.value, interval })),
    ).toEqual(judged.map(({ mean }) => mean));
  });

  it('has no ranks if no verdict tells targets apart', () => {
    const { ranking } = summary;
    const open = ranking && { ...ranking, isDecided: false };

    expect(barsIn({ ...summary, ranking: open }).map(({ label }) => label)).not.toContainEqual(
      expect.stringMatching(/^\d/),
    );
  });

  it('has response times in an open loop', () => {
    const level = { loop: 'open', ratePerSecond: 5, arrivals: 'constant' } as const;
    const open = summarise(recordedRun({ ...options, durationSeconds: 30, levels: [level] }));
    const medians = open.rows
      .filter(({ engine }) => engine !== 'noop')
      .map(({ p50Ms }) => p50Ms?.value ?? 0);
    const values = barsIn(open).flatMap(({ parts }) => parts.map(({ value }) => value));

    expect(new Set(values.map(Math.round))).toEqual(new Set(medians.map(Math.round)));
    expect(barsIn(open)).toHaveLength(options.targets.length);
  });

  it('has at most eight bars', () => {
    const { ranking } = summary;
    if (ranking === undefined) throw new Error('nothing is ranked');
    const judged = [1, 2, 3].flatMap(() => ranking.judged);

    expect(judged.length).toBeGreaterThan(8);
    expect(barsIn({ ...summary, ranking: { ...ranking, judged } })).toHaveLength(8);
  });

  it('is missing if nothing is ranked', () => {
    expect(barsIn({ ...summary, ranking: undefined })).toEqual([]);
  });
});
