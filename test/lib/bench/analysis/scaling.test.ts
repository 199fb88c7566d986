import { scalingOf } from '../../../../lib/bench/analysis/scaling.ts';
import type { Side } from '../../../../lib/bench/analysis/verdicts/side.ts';
import { uslRate } from '../../../../lib/bench/analysis/statistics/usl.ts';
import type { Level } from '../../../../lib/bench/plan/cell.ts';
import { closed, recordedPaths } from '../../../support/recorded-run.ts';
import { rowSide } from '../../../support/row-side.ts';

const [path] = recordedPaths();
if (path === undefined) throw new Error('no path');

/** A row whose rate is the mean of its repeats, and which has none where nothing was answered. */
const sideOf = (level: Level, rates: readonly number[]): Side => {
  if (rates.length === 0) return rowSide(path, level, rates);
  const value = rates.reduce((total, rate) => total + rate, 0) / rates.length;
  const requestRatePerSecond = { value, min: Math.min(...rates), max: Math.max(...rates) };
  return rowSide(path, level, rates, { row: { requestRatePerSecond } });
};

/** By how much repeats differ; the same at all levels, as if the machine were faster in some repeats. */
const SHARED = [1, 1.1, 0.9, 1.05, 0.95];
/** Other differences at each level. */
const noise = (level: number, repeat: number): number =>
  1 + 0.02 * Math.sin(7 * level + 13 * repeat);

const sidesOf = (rates: Readonly<Record<number, number | undefined>>, repeats = 1): Side[] =>
  Object.entries(rates).map(([users, rate], level) =>
    sideOf(
      closed(Number(users)),
      rate === undefined
        ? []
        : repeats === 1
          ? [rate]
          : SHARED.slice(0, repeats).map((by, repeat) => rate * by * noise(level, repeat)),
    ),
  );

const growing = { 1: 10, 2: 19, 4: 34, 8: 50, 16: 51, 32: 51 };

describe('how a path scales', () => {
  it('is told by the knee and the law over its closed-loop levels', () => {
    const law = { gamma: 40, alpha: 0.2, beta: 0.002 };
    const levels = [1, 2, 4, 8, 16, 32];
    const sides = levels.map((users) => sideOf(closed(users), [uslRate(law, users)]));
    const [scaling] = scalingOf(sides.toReversed());
    expect(scaling).toMatchObject({ engine: 'onnx', scenario: 'warm', levels: 6, kneeUsers: 16 });
    expect(scaling?.fit?.alpha).toBeCloseTo(0.2, 6);
    expect(scaling).not.toHaveProperty('noFit');
  });

  it('knows what the knee lies between, where what repeats do to all levels cancels', () => {
    expect(scalingOf(sidesOf(growing, 5))[0]).toMatchObject({
      kneeUsers: 8,
      kneeAboveUsers: 4,
      kneeBelowUsers: 16,
    });
    expect(scalingOf(sidesOf(growing, 5))[0]).not.toHaveProperty('kneeNote');
  });

  it('says that one repeat does not tell how sure the knee is', () => {
    const [scaling] = scalingOf(sidesOf(growing));

    expect(scaling).toMatchObject({
      kneeUsers: 8,
      kneeNote: expect.stringContaining('two repeats'),
    });
    expect(scaling).not.toHaveProperty('kneeBelowUsers');
  });

  it('has no knee over fewer than three levels, and says so', () => {
    const [scaling] = scalingOf(sidesOf({ 1: 10, 8: 10 }, 5));

    expect(scaling?.kneeNote).toBe('A knee needs 3 levels with answers; there are 2.');
    expect(scaling).not.toHaveProperty('kneeUsers');
  });

  it('has no knee where the rate grew up to the highest level', () => {
    const [scaling] = scalingOf(sidesOf({ 1: 10, 2: 19, 4: 37 }, 5));

    expect(scaling).toMatchObject({
      kneeAboveUsers: 2,
      kneeNote: expect.stringContaining('higher'),
    });
    expect(scaling).not.toHaveProperty('kneeUsers');
  });

  it('has no fit over fewer than five levels with a rate, and says so', () => {
    const [scaling] = scalingOf(sidesOf({ 1: 10, 2: 18, 4: 30, 6: 38, 8: undefined, 16: 0 }));
    expect(scaling).toMatchObject({ levels: 4, noFit: expect.stringContaining('there are 4') });
    expect(scaling).not.toHaveProperty('fit');
  });

  it('leaves out levels that fail a gate: there the apparatus made the curve flat', () => {
    const gates = [{ gate: 'ceiling', state: 'failed', finding: 'near it' }] as const;
    const rates = { 1: 10, 2: 20, 4: 40, 8: 41 };
    const flattened = sidesOf(rates).map(({ row, repeats }, index) => ({
      row: index === 3 ? { ...row, gates } : row,
      repeats,
    }));

    expect(scalingOf(sidesOf(rates))[0]).toMatchObject({ levels: 4, kneeUsers: 4 });
    expect(scalingOf(flattened)[0]).toMatchObject({ levels: 3 });
    expect(scalingOf(flattened)[0]).not.toHaveProperty('kneeUsers');
  });

  it('has neither knee nor fit where all levels are past the knee, as in the study', () => {
    const [scaling] = scalingOf(sidesOf({ 10: 67, 20: 66, 30: 68, 40: 67, 50: 67 }, 5));
    expect(scaling).toMatchObject({
      kneeBelowUsers: 20,
      kneeNote: expect.stringContaining('lower ones'),
      noFit: expect.stringContaining('lower ones'),
    });
    expect(scaling).not.toHaveProperty('kneeUsers');
  });

  it('has no fit where the law does not describe the rates', () => {
    const [scaling] = scalingOf(sidesOf({ 1: 10, 2: 90, 4: 10, 8: 90, 16: 10 }));
    expect(scaling?.noFit).toMatch(/does not describe/);
  });

  it('tells how well repeats know the peak of the law, and nothing of it by one', () => {
    const law = { gamma: 40, alpha: 0.1, beta: 0.002 };
    const rates = Object.fromEntries(
      [1, 2, 4, 8, 16, 32, 64].map((users) => [users, uslRate(law, users)]),
    );
    const truth = Math.sqrt((1 - law.alpha) / law.beta);
    const [scaling] = scalingOf(sidesOf(rates, 5));

    expect(scaling?.peakInterval?.low).toBeLessThan(truth);
    expect(scaling?.peakInterval?.high).toBeGreaterThan(truth);
    expect(scaling?.peakInterval?.high).toBeLessThan(2 * truth);
    expect(scalingOf(sidesOf(rates))[0]).not.toHaveProperty('peakInterval');
    // The same law, of which the levels end before the peak.
    const [short] = scalingOf(sidesOf(rates, 5).slice(0, -2));
    expect(short?.fit?.peakUsers).toBeDefined();
    expect(short).not.toHaveProperty('peakInterval');
  });

  it('is not told of open loops, nor of a single level', () => {
    const open: Level = { loop: 'open', ratePerSecond: 20, arrivals: 'poisson' };
    expect(scalingOf([sideOf(open, [20]), sideOf(closed(1), [10])])).toEqual([]);
  });
});
