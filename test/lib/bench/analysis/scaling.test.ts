import { scalingOf } from '../../../../lib/bench/analysis/scaling.ts';
import type { SummaryRow } from '../../../../lib/bench/analysis/summary.ts';
import { uslRate } from '../../../../lib/bench/analysis/statistics/usl.ts';
import type { Level } from '../../../../lib/bench/plan/cell.ts';
import { closed, recordedPaths } from '../../../support/recorded-run.ts';

const [path] = recordedPaths();
if (path === undefined) throw new Error('no path');

const rowOf = (level: Level, rate: number | undefined): SummaryRow => ({
  path,
  engine: 'onnx',
  scenario: 'warm',
  level,
  repeats: 1,
  failedRepeats: [],
  warnings: [],
  ...(rate === undefined ? {} : { requestRatePerSecond: { value: rate, min: rate, max: rate } }),
});

const rowsOf = (rates: Readonly<Record<number, number | undefined>>): SummaryRow[] =>
  Object.entries(rates).map(([users, rate]) => rowOf(closed(Number(users)), rate));

describe('how a path scales', () => {
  it('is told by the knee and the law over its closed-loop levels', () => {
    const law = { gamma: 40, alpha: 0.2, beta: 0.002 };
    const levels = [1, 2, 4, 8, 16, 32];
    const rows = levels.map((users) => rowOf(closed(users), uslRate(law, users)));
    const [scaling] = scalingOf(rows.toReversed());
    expect(scaling).toMatchObject({ engine: 'onnx', scenario: 'warm', levels: 6, kneeUsers: 16 });
    expect(scaling?.fit?.alpha).toBeCloseTo(0.2, 6);
    expect(scaling).not.toHaveProperty('noFit');
  });

  it('has no fit over fewer than four levels with a rate, and says so', () => {
    const [scaling] = scalingOf(rowsOf({ 1: 10, 2: 18, 4: 30, 8: undefined, 16: 0 }));
    expect(scaling).toMatchObject({ levels: 3, noFit: expect.stringContaining('there are 3') });
    expect(scaling).not.toHaveProperty('fit');
  });

  it('leaves out levels that fail a gate: there the apparatus made the curve flat', () => {
    const gates = [{ gate: 'ceiling', state: 'failed', finding: 'near it' }] as const;
    const rows = rowsOf({ 1: 10, 2: 20, 4: 40, 8: 41 });
    const flattened = rows.map((row, index) => (index === 3 ? { ...row, gates } : row));

    expect(scalingOf(rows)[0]).toMatchObject({ levels: 4, kneeUsers: 4 });
    expect(scalingOf(flattened)[0]).toMatchObject({ levels: 3 });
    expect(scalingOf(flattened)[0]).not.toHaveProperty('kneeUsers');
  });

  it('has no fit where all levels are past the knee, as in the study', () => {
    const [scaling] = scalingOf(rowsOf({ 10: 67, 20: 66, 30: 68, 40: 67 }));
    expect(scaling).toMatchObject({ kneeUsers: 10, noFit: expect.stringContaining('lower ones') });
  });

  it('has no fit where the law does not describe the rates', () => {
    const [scaling] = scalingOf(rowsOf({ 1: 10, 2: 90, 4: 10, 8: 90, 16: 10 }));
    expect(scaling?.noFit).toMatch(/does not describe/);
  });

  it('is not told of open loops, nor of a single level', () => {
    const open: Level = { loop: 'open', ratePerSecond: 20, arrivals: 'poisson' };
    expect(scalingOf([rowOf(open, 20), rowOf(closed(1), 10)])).toEqual([]);
  });
});
