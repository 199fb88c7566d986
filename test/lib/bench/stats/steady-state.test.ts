import { steadyState, unsteadyStartSeconds } from '../../../../lib/bench/stats/steady-state.ts';
import { createRandom } from '../../../../lib/bench/stats/random.ts';
import { binsOf, constant } from './window-bins.ts';

describe('The end of a measuring window', () => {
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

  it('is not where more answers than chance gives are missing in a short window', () => {
    expect(steadyState(binsOf([500, 500, 500, 900, 500, 500]), 6)).toBe('unsteady');
    expect(steadyState(binsOf([5, 5, 5, 9, 5, 5]), 6)).toBe('steady');
  });

  it('is unknown for less than six whole seconds, without bins, and without an answer', () => {
    expect(steadyState(binsOf(constant(5, 500)), 5)).toBe('unknown');
    expect(steadyState(binsOf(constant(6, 500)), 5.5)).toBe('unknown');
    expect(steadyState([], 60)).toBe('unknown');
    expect(steadyState(binsOf(constant(60, 0)), 60)).toBe('unknown');
  });
});

describe('The beginning of a measuring window that was not yet as its end', () => {
  it('lasts until the rate is that of the end, in stretches of 5 s', () => {
    const bins = binsOf([...constant(12, 200), ...constant(48, 500)]);
    expect(unsteadyStartSeconds(bins, 60)).toBe(15);
  });

  it('lasts until the latency is that of the end', () => {
    const bins = binsOf(constant(60, 500), (second) => (second < 10 ? 30 : 20));
    expect(unsteadyStartSeconds(bins, 60)).toBe(10);
  });

  it('is none where the window began as it ended, or an interruption came later', () => {
    expect(unsteadyStartSeconds(binsOf(constant(60, 500)), 60)).toBe(0);
    const interrupted = [...constant(10, 500), ...constant(5, 100), ...constant(45, 500)];
    expect(unsteadyStartSeconds(binsOf(interrupted), 60)).toBe(0);
  });

  it('is none where few answers scatter by chance', () => {
    const random = createRandom(1);
    const scattered = Array.from({ length: 60 }, () => Math.floor(random() * 4));
    expect(unsteadyStartSeconds(binsOf(scattered), 60)).toBe(0);
  });

  it('is not told where the end was not steady, or the window is too short to tell', () => {
    const rising = Array.from({ length: 60 }, (_, second) => 20 + second);
    expect(unsteadyStartSeconds(binsOf(rising), 60)).toBe(0);
    expect(unsteadyStartSeconds(binsOf([10, 500, 500, 500]), 4)).toBe(0);
    expect(unsteadyStartSeconds([], 60)).toBe(0);
  });
});
