import {
  detectableLines,
  NOTHING_TO_COMPARE,
  detectableDifference,
} from '../../../../lib/bench/plan/detectable-difference.ts';
import { closed, recordedTargets } from '../../../support/recorded-run.ts';

const four = recordedTargets().slice(0, 4);

const planOf = (repeats: number, levels = [closed(1)]) =>
  ({ repeats, levels, scenarios: ['cold', 'warm'], ends: 'with-repeats' }) as const;

const least = (repeats: number, targets: number, noise: number, levels = [closed(1)]): number =>
  detectableDifference(planOf(repeats, levels), four.slice(0, targets), noise).minRatio ?? Infinity;

describe('The smallest difference that a plan can detect', () => {
  it('shrinks with more repeats, less noise, more levels and fewer targets', () => {
    expect(least(20, 4, 0.05)).toBeLessThan(least(5, 4, 0.05));
    expect(least(5, 4, 0.02)).toBeLessThan(least(5, 4, 0.05));
    expect(least(5, 2, 0.05)).toBeLessThan(least(5, 4, 0.05));
    expect(least(5, 4, 0.05, [closed(1), closed(4)])).toBeLessThan(least(5, 4, 0.05));
  });

  it('is described with its targets, levels, repeats and noise', () => {
    const line = detectableLines(detectableDifference(planOf(5), four, 0.05)).join();

    // Power, difference, targets, levels, repeats and noise.
    expect(line.match(/\d+(\.\d+)?/g)).toEqual([
      '80',
      expect.stringMatching(/^\d+\.\d+$/),
      '4',
      '2',
      '5',
      '5',
    ]);
  });

  it('is larger for a run that may end early, because its last look has only a part of the error', () => {
    const early = detectableDifference({ ...planOf(5), ends: 'when-decided' }, four, 0.05);

    expect(early.minRatio).toBeGreaterThan(least(5, 4, 0.05));
    expect(detectableLines(early).join()).toMatch(/up to 5 repeats.* ends before/);
  });

  it('does not exist with too few repeats for a verdict, or with one target', () => {
    expect(detectableLines(detectableDifference(planOf(2), four, 0.05))).toEqual([
      'no verdicts: they need 3 repeats, and the plan has 2',
    ]);
    expect(detectableDifference(planOf(2), four, 0.05).minRatio).toBeUndefined();
    expect(detectableLines(detectableDifference(planOf(5), four.slice(0, 1), 0.05))).toEqual([
      NOTHING_TO_COMPARE,
    ]);
  });
});
