import { array, assert, integer, property, tuple } from 'fast-check';
import {
  beatsBeyondDoubt,
  paretoFront,
  type Tradeoff,
  type UncertainTradeoff,
} from '../../../../lib/bench/analysis/pareto-front.ts';

const at = (ratePerSecond: number, latencyMs: number): Tradeoff => ({ ratePerSecond, latencyMs });

const beats = (one: Tradeoff, other: Tradeoff): boolean =>
  one.ratePerSecond >= other.ratePerSecond &&
  one.latencyMs <= other.latencyMs &&
  (one.ratePerSecond > other.ratePerSecond || one.latencyMs < other.latencyMs);

describe('the frontier of rate and latency', () => {
  it('leaves out what another point beats in both, and goes up in both', () => {
    const points = [at(100, 50), at(60, 10), at(90, 60), at(80, 20), at(60, 12)];
    expect(paretoFront(points)).toEqual([at(60, 10), at(80, 20), at(100, 50)]);
  });

  it('keeps points that are the same', () => {
    expect(paretoFront([at(60, 10), at(60, 10), at(50, 10)])).toEqual([at(60, 10), at(60, 10)]);
  });

  it('is exactly the points that no other one beats', () => {
    const figure = integer({ min: 1, max: 9 });
    const points = array(tuple(figure, figure).map(([rate, ms]) => at(rate, ms)));
    assert(
      property(points, (all) => {
        const front = new Set(paretoFront(all));
        for (const one of all) expect(front.has(one)).toBe(!all.some((other) => beats(other, one)));
      }),
    );
  });
});

const around = (ratePerSecond: number, latencyMs: number, half: number): UncertainTradeoff => ({
  ...at(ratePerSecond, latencyMs),
  rateInterval: { low: ratePerSecond - half, high: ratePerSecond + half },
  latencyInterval: { low: latencyMs - half, high: latencyMs + half },
});

describe('a point that beats another one', () => {
  it('does so beyond doubt where their intervals lie apart in one figure at least', () => {
    expect(beatsBeyondDoubt(around(100, 20, 2), around(90, 21, 2))).toBe(true);
    expect(beatsBeyondDoubt(around(100, 20, 2), around(99, 30, 2))).toBe(true);
    expect(beatsBeyondDoubt(around(19.4, 520, 2), around(19.4, 521, 2))).toBe(false);
  });

  it('does not where it is worse in the other figure, or nothing is known of the intervals', () => {
    expect(beatsBeyondDoubt(around(100, 25, 2), around(90, 20, 2))).toBe(false);
    expect(beatsBeyondDoubt(at(100, 20), at(50, 90))).toBe(false);
    expect(beatsBeyondDoubt(at(100, 20), around(50, 90, 2))).toBe(false);
  });
});
