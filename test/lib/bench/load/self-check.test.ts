import { judgeGenerator } from '../../../../lib/bench/load/self-check.ts';

const fine = {
  cpuMs: 5000,
  cores: 1,
  windowMs: 10_000,
  eventLoopLagP99Ms: 1,
  eventLoopLagMaxMs: 3,
  delayedShare: 0.005,
  unsent: 0,
};

describe('The self-check of a load generator', () => {
  it('gives no reason if it kept up', () => {
    expect(judgeGenerator(fine)).toEqual({
      cpuMs: 5000,
      cpuShare: 0.5,
      cores: 1,
      eventLoopLagP99Ms: 1,
      eventLoopLagMaxMs: 3,
      keptUp: true,
    });
  });

  it.each([
    [{ cpuMs: 8500 }, 'the load generator used 85.0 % of a core (limit 80.0 %)'],
    [{ delayedShare: 0.06 }, '6.0 % of the requests left late (limit 5.0 %)'],
    [{ unsent: 3 }, '3 planned requests could not be sent'],
    [
      { cpuMs: 9000, unsent: 1 },
      'the load generator used 90.0 % of a core (limit 80.0 %); 1 planned requests could not be sent',
    ],
  ])('names the limits that are exceeded with %j', (change, reason) => {
    expect(judgeGenerator({ ...fine, ...change })).toMatchObject({ keptUp: false, reason });
  });

  it('allows more CPU time on several cores', () => {
    expect(judgeGenerator({ ...fine, cpuMs: 25_000, cores: 4 }).keptUp).toBe(true);
    expect(judgeGenerator({ ...fine, cpuMs: 33_000, cores: 4 }).keptUp).toBe(false);
  });
});
