import { array, assert, integer, property, tuple } from 'fast-check';
import { paretoFront, type Tradeoff } from '../../../../lib/bench/analysis/pareto-front.ts';

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
