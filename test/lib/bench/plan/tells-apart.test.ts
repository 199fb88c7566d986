import {
  apartLines,
  NOTHING_TO_COMPARE,
  tellsApart,
} from '../../../../lib/bench/plan/tells-apart.ts';
import { recordedTargets } from '../../../support/recorded-run.ts';

const four = recordedTargets().slice(0, 4);

const least = (repeats: number, paths: number, noise: number): number =>
  tellsApart({ repeats }, four.slice(0, paths), noise).leastRatio ?? Infinity;

describe('what a plan can tell apart', () => {
  it('is a smaller difference with more repeats, with less noise and with fewer pairs', () => {
    expect(least(20, 4, 0.05)).toBeLessThan(least(5, 4, 0.05));
    expect(least(5, 4, 0.02)).toBeLessThan(least(5, 4, 0.05));
    expect(least(5, 2, 0.05)).toBeLessThan(least(5, 4, 0.05));
    // Never less than the margin.
    expect(least(1000, 2, 0.001)).toBeGreaterThan(1.03);
  });

  it('is a line with repeats, pairs and noise', () => {
    expect(apartLines(tellsApart({ repeats: 5 }, four, 0.05)).join()).toMatch(
      /^tells two targets apart, in 80 % of such runs, where the one is 1\.\d\d times as fast: 5 repeats, 6 pairs at each load, 5 % noise between repeats \(--noise\)$/,
    );
  });

  it('is no ratio with too few repeats for a verdict, or with one target', () => {
    expect(apartLines(tellsApart({ repeats: 2 }, four, 0.05))).toEqual([
      'no verdicts: they need 3 repeats, and the plan has 2',
    ]);
    expect(tellsApart({ repeats: 2 }, four, 0.05)).not.toHaveProperty('leastRatio');
    expect(apartLines(tellsApart({ repeats: 5 }, four.slice(0, 1), 0.05))).toEqual([
      NOTHING_TO_COMPARE,
    ]);
  });
});
