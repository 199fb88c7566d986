import { middlewareCpuCheck } from '../../../../../lib/bench/analysis/checks/middleware-cpu.ts';
import { measurementOf, loadOf } from './check-measurements.ts';

const checkOf = (...shares: readonly number[]) =>
  middlewareCpuCheck(
    shares.map((busiestCpuShare) => measurementOf(loadOf(100, 20), { busiestCpuShare })),
  );

describe('the check of the middleware’s processor', () => {
  it('passes up to its limit, and fails beyond it with what to do', () => {
    expect(checkOf(0.8)).toMatchObject({ state: 'passed', figure: 0.8, limit: 0.8 });
    expect(checkOf(0.81)).toEqual({
      check: 'middleware-cpu',
      state: 'failed',
      figure: 0.81,
      limit: 0.8,
      finding:
        'The busiest process of the middleware used 81.0 % of a core, with all its threads; limit 80.0 %.',
      advice: 'Give the middleware more processes (--processes) or a node with more cores.',
    });
  });

  it('is of the busiest repeat', () => {
    expect(checkOf(0.2, 0.9, 0.1)).toMatchObject({ state: 'failed', figure: 0.9 });
  });
});
