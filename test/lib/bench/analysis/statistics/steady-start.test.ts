import { unsteadyStartSeconds } from '../../../../../lib/bench/analysis/statistics/steady-start.ts';
import { createRandom } from '../../../../../lib/bench/load/random.ts';
import { binsOf, constant } from './window-bins.ts';

describe('the beginning of a measuring window that was not yet as its end', () => {
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
