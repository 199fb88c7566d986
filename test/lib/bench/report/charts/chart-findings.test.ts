import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import {
  growthFinding,
  medianFinding,
  servingShareFinding,
} from '../../../../../lib/bench/report/charts/chart-findings.ts';
import {
  measuredRows,
  rowGroups,
  type RowGroup,
} from '../../../../../lib/bench/report/row-groups.ts';
import { closed, recordedRun, type RecordedRunOptions } from '../../../../support/recorded-run.ts';

const groupOf = (options: RecordedRunOptions): RowGroup => {
  const [group] = rowGroups(measuredRows(summarise(recordedRun(options))));
  if (group === undefined) throw new Error('no group');
  return group;
};

const two = groupOf({ scenarios: ['warm'], levels: [closed(2), closed(8)], repeats: 3 });
const one = groupOf({ scenarios: ['warm'], levels: [closed(2)], repeats: 3 });
const failing: RowGroup = {
  ...two,
  rows: two.rows.map((row) => ({
    ...row,
    checks: [{ check: 'censoring', state: 'failed', finding: '' }],
  })),
};

const numbersIn = (text: string | undefined): readonly number[] =>
  [...(text ?? '').matchAll(/[\d.]+/g)].map(([number]) => Number(number));

describe('what the charts of a group show', () => {
  it('is how much more load gains, from the least to the greatest level', () => {
    const rateAt = (users: number): readonly number[] =>
      two.rows
        .filter(({ level }) => level.loop === 'closed' && level.virtualUsers === users)
        .map(({ requestRatePerSecond }) => requestRatePerSecond?.value ?? NaN);
    const few = rateAt(2);
    const gains = rateAt(8).map((rate, at) => rate / (few[at] ?? NaN));
    const [users, least, most, fewest] = numbersIn(growthFinding(two));

    expect([users, fewest]).toEqual([8, 2]);
    expect(least).toBeCloseTo(Math.min(...gains), 1);
    expect(most).toBeCloseTo(Math.max(...gains), 1);
  });

  it('is the range of the rates with one level, and no growth', () => {
    const rates = one.rows.map(({ requestRatePerSecond }) => requestRatePerSecond?.value ?? NaN);
    const [least, most, users] = numbersIn(growthFinding(one));

    expect(users).toBe(2);
    expect(least).toBeCloseTo(Math.min(...rates), 0);
    expect(most).toBeCloseTo(Math.max(...rates), 0);
  });

  it('is the range of the medians at the greatest load', () => {
    const medians = two.rows
      .filter(({ level }) => level.loop === 'closed' && level.virtualUsers === 8)
      .map(({ p50Ms }) => p50Ms?.value ?? NaN);
    const [least, most, users] = numbersIn(medianFinding(two));

    expect(users).toBe(8);
    expect(least).toBeCloseTo(Math.min(...medians), 0);
    expect(most).toBeCloseTo(Math.max(...medians), 0);
  });

  it('is the share of a request that the serving takes at a load', () => {
    const [least = NaN, , users] = numbersIn(servingShareFinding(two, closed(2)));

    expect(users).toBe(2);
    expect(least).toBeGreaterThan(0);
    expect(least).toBeLessThanOrEqual(100);
  });

  it('is nothing where no result passes its checks', () => {
    expect(growthFinding(failing)).toBeUndefined();
    expect(medianFinding(failing)).toBeUndefined();
    expect(servingShareFinding(failing, closed(2))).toBeUndefined();
  });
});
