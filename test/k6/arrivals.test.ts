import { planArrivals as planEmbedded } from '../../lib/bench/load/open-loop.ts';
import { planArrivals } from '../../k6/arrivals.ts';

describe('the planned times of the load script', () => {
  it.each([
    { ratePerSecond: 50, arrivals: 'constant', seed: 1, rampMs: 0 },
    { ratePerSecond: 50, arrivals: 'constant', seed: 1, rampMs: 500 },
    { ratePerSecond: 333.3, arrivals: 'poisson', seed: 9, rampMs: 0 },
    { ratePerSecond: 20, arrivals: 'poisson', seed: 4_294_967_295, rampMs: 2000 },
    { ratePerSecond: 0.01, arrivals: 'constant', seed: 1, rampMs: 0 },
  ] as const)('are those of the embedded engine for %j', (plan) => {
    expect(planArrivals(plan, 10_000)).toEqual([...planEmbedded(plan, 10_000)]);
  });
});
