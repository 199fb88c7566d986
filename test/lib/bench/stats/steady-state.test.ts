import { isUnsteady } from '../../../../lib/bench/stats/steady-state.ts';
import { createRandom } from '../../../../lib/bench/stats/random.ts';
import { binsOf, constant } from './window-bins.ts';

describe('the end of a measuring window', () => {
  it('is steady where rate and latency stay the same', () => {
    expect(isUnsteady(binsOf(constant(60, 50)), 60)).toBe(false);
    expect(isUnsteady(binsOf(constant(6, 5)), 6)).toBe(false);
  });

  it('is steady where only its beginning was slower', () => {
    expect(isUnsteady(binsOf([...constant(15, 10), ...constant(45, 50)]), 60)).toBe(false);
  });

  it('is not where the rate still rises in the last half', () => {
    const rising = Array.from({ length: 60 }, (_, second) => 20 + second);
    expect(isUnsteady(binsOf(rising), 60)).toBe(true);
  });

  it('is not where the latency grows under a constant rate, as in an overloaded open loop', () => {
    const bins = binsOf(constant(60, 50), (second) => 20 + 10 * second);
    expect(isUnsteady(bins, 60)).toBe(true);
  });

  it('is steady with few answers that scatter by chance, as two a second do', () => {
    const random = createRandom(1);
    const scattered = Array.from({ length: 60 }, () => Math.floor(random() * 4));
    expect(isUnsteady(binsOf(scattered), 60)).toBe(false);
  });

  it('is not where more answers than chance gives are missing in a short window', () => {
    expect(isUnsteady(binsOf([500, 500, 500, 900, 500, 500]), 6)).toBe(true);
    expect(isUnsteady(binsOf([5, 5, 5, 9, 5, 5]), 6)).toBe(false);
  });

  it('is not judged for less than six whole seconds, without bins, and without an answer', () => {
    expect(isUnsteady(binsOf(constant(5, 500)), 5)).toBe(false);
    expect(isUnsteady(binsOf(constant(6, 500)), 5.5)).toBe(false);
    expect(isUnsteady([], 60)).toBe(false);
    expect(isUnsteady(binsOf(constant(60, 0)), 60)).toBe(false);
  });
});
