import { measuredRows } from '../../../../lib/bench/analysis/ranking.ts';
import { rowGroupsOf, rowsIn } from '../../../../lib/bench/analysis/rows.ts';
import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import type { SummaryRow } from '../../../../lib/bench/analysis/summary-row.ts';
import { titleWithRange } from '../../../../lib/bench/report/row-groups.ts';
import { closed, recordedRun } from '../../../support/recorded-run.ts';

const summary = summarise(recordedRun({ levels: [closed(2), closed(8)] }));
const rows = measuredRows(summary);

const figuresAt = (virtualUsers: number, of: (row: SummaryRow) => number | undefined) =>
  rows
    .filter(({ scenario }) => scenario === 'warm')
    .filter(({ level }) => level.loop === 'closed' && level.virtualUsers === virtualUsers)
    .map((row) => of(row) ?? NaN);

const warmIn = (of: readonly SummaryRow[]) =>
  rowGroupsOf(of).find(({ scenario }) => scenario === 'warm');

const title = (ranges: Parameters<typeof titleWithRange>[1]['ranges']): string =>
  titleWithRange('Rate', { ranges }, 'request-rate', 'requests/s');

describe('A group of rows', () => {
  it('has the rows of one scenario under one kind of load', () => {
    const open = { loop: 'open', ratePerSecond: 10, arrivals: 'poisson' } as const;
    const mixed = rows.flatMap((row) => [row, { ...row, level: open }]);
    const groups = rowGroupsOf(mixed);

    expect(groups.map(({ scenario, loop, arrivals }) => [scenario, loop, arrivals])).toEqual([
      ['cold', 'closed', undefined],
      ['cold', 'open', 'poisson'],
      ['warm', 'closed', undefined],
      ['warm', 'open', 'poisson'],
    ]);
    expect(groups.flatMap((group) => rowsIn(group, mixed))).toHaveLength(mixed.length);
  });

  it('has the ranges of rate and median at the highest level, and of the share of the server at the lowest', () => {
    const rates = figuresAt(8, (row) => row.requestRatePerSecond?.value);
    const medians = figuresAt(8, (row) => row.p50Ms?.value);

    expect(warmIn(rows)?.ranges).toMatchObject([
      {
        figure: 'request-rate',
        level: closed(8),
        least: Math.min(...rates),
        most: Math.max(...rates),
      },
      {
        figure: 'response-time',
        level: closed(8),
        least: Math.min(...medians),
        most: Math.max(...medians),
      },
      { figure: 'server-share', level: closed(2) },
    ]);
  });

  it('has no range if no result passes its checks', () => {
    const checks = [{ check: 'censoring', state: 'failed' }] as const;

    expect(warmIn(rows.map((row) => ({ ...row, checks })))?.ranges).toEqual([]);
  });

  it('names the percentiles that no result has enough answers to claim', () => {
    expect(warmIn(rows.map((row) => ({ ...row, succeeded: 100 })))?.unclaimed).toEqual([
      { percentile: 'p99', answers: 100 },
    ]);
    expect(warmIn(rows.map((row) => ({ ...row, succeeded: 1000 })))?.unclaimed).toEqual([]);
  });

  it('leaves slow targets out of charts if there are more than ten, and out of their ranges', () => {
    const many = Array.from({ length: 12 }, (_, at) =>
      rows.slice(0, 1).map((row) => ({
        ...row,
        target: { ...row.target, serving: `server${at}` as typeof row.target.serving },
        requestRatePerSecond: { value: 100 + at },
      })),
    ).flat();
    const [group] = rowGroupsOf(many);

    expect([group?.charted.length, group?.left]).toEqual([10, 2]);
    expect(group?.ranges[0]).toMatchObject({ least: 102, most: 111 });
  });
});

describe('The title of a chart', () => {
  const range = { figure: 'request-rate', level: closed(8), least: 7, most: 9.5 } as const;

  it('has the range of a figure at a level, or one figure if both ends read the same', () => {
    expect(title([range])).toBe('Rate: 7.00–9.50 requests/s at 8 VUs');
    expect(title([{ ...range, most: 7.001 }])).toBe('Rate: 7.00 requests/s at 8 VUs');
  });

  it('has no range if there is none', () => {
    expect(title([])).toBe('Rate');
  });
});
