import { steadyState } from '../../../../../lib/bench/analysis/statistics/steady-state.ts';
import { createRandom } from '../../../../../lib/bench/load/random.ts';
import { binsOf, constant } from './window-bins.ts';

describe('the end of a measuring window', () => {
  it('is steady where rate and latency stay the same', () => {
    expect(steadyState(binsOf(constant(60, 50)), 60)).toBe('steady');
    expect(steadyState(binsOf(constant(6, 5)), 6)).toBe('steady');
  });

  it('is steady where only its beginning was slower', () => {
    expect(steadyState(binsOf([...constant(15, 10), ...constant(45, 50)]), 60)).toBe('steady');
  });

  it('is not where the rate still rises in the last half', () => {
    const rising = Array.from({ length: 60 }, (_, second) => 20 + second);
    expect(steadyState(binsOf(rising), 60)).toBe('unsteady');
  });

  it('is not where the latency grows under a constant rate, as in an overloaded open loop', () => {
    const bins = binsOf(constant(60, 50), (second) => 20 + 10 * second);
    expect(steadyState(bins, 60)).toBe('unsteady');
  });

  it('is steady with few answers that scatter by chance, as two a second do', () => {
    const random = createRandom(1);
    const scattered = Array.from({ length: 60 }, () => Math.floor(random() * 4));
    expect(steadyState(binsOf(scattered), 60)).toBe('steady');
  });

  it('is unknown where it is short and has too few answers to part chance from change', () => {
    expect(steadyState(binsOf([5, 5, 5, 9, 9, 9, 5, 5, 5]), 9)).toBe('unknown');
    expect(steadyState(binsOf([500, 500, 500, 900, 900, 900, 500, 500, 500]), 9)).toBe('unsteady');
  });

  it('is unknown for less than six whole seconds, without bins, and without an answer', () => {
    expect(steadyState(binsOf(constant(5, 500)), 5)).toBe('unknown');
    expect(steadyState(binsOf(constant(6, 500)), 5.5)).toBe('unknown');
    expect(steadyState([], 60)).toBe('unknown');
    expect(steadyState(binsOf(constant(60, 0)), 60)).toBe('unknown');
  });
});
