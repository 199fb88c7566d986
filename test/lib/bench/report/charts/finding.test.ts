import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import { titleWithRange } from '../../../../../lib/bench/report/charts/finding.ts';
import { measuredRows } from '../../../../../lib/bench/analysis/ranking.ts';
import { rowGroups, type RowGroup } from '../../../../../lib/bench/report/row-groups.ts';
import { closed, recordedRun } from '../../../../support/recorded-run.ts';

const [group] = rowGroups(
  measuredRows(summarise(recordedRun({ scenarios: ['warm'], levels: [closed(2), closed(8)] }))),
);
if (group === undefined) throw new Error('no group');

const rates = group.rows
  .filter(({ level }) => level.loop === 'closed' && level.virtualUsers === 8)
  .map(({ requestRatePerSecond }) => requestRatePerSecond?.value ?? NaN);

const titleOf = (of: RowGroup): string =>
  titleWithRange('Rate', of, closed(8), 'requests/s', (row) => row.requestRatePerSecond?.value);

describe('the title of a chart', () => {
  it('has the range of a figure at a level', () => {
    const [least = NaN, most = NaN, users] = [...titleOf(group).matchAll(/[\d.]+/g)].map(Number);

    expect(users).toBe(8);
    expect(least).toBeCloseTo(Math.min(...rates), 0);
    expect(most).toBeCloseTo(Math.max(...rates), 0);
  });

  it('has one figure if both ends read the same', () => {
    expect(titleWithRange('Time', group, closed(8), 'ms', () => 7)).toBe('Time: 7.00 ms at 8 VUs');
  });

  it('has no range if no result passes its checks', () => {
    const checks = [{ check: 'censoring', state: 'failed' }] as const;
    const rows = group.rows.map((row) => ({ ...row, checks }));

    expect(titleOf({ ...group, rows })).toBe('Rate');
  });
});
