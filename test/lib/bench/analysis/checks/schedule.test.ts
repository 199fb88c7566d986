import { scheduleCheck } from '../../../../../lib/bench/analysis/checks/schedule.ts';
import type { LoadResult } from '../../../../../lib/bench/model/load-result.ts';
import { measurementOf, loadOf, open } from './check-measurements.ts';

const checkOf = (...loads: readonly Partial<LoadResult>[]) =>
  scheduleCheck(
    loads.map((extra) =>
      measurementOf({ ...loadOf(1000, 20), offered: 1000, ...extra }, { level: open(100) }),
    ),
  );

describe('the check of the schedule', () => {
  it('passes with as many late requests as its limit allows, and fails with more', () => {
    expect(checkOf({ delayedShare: 0.01 })).toEqual({
      check: 'schedule',
      state: 'passed',
      figure: 0.01,
      limit: 0.01,
      finding:
        '1.00 % of 1000 planned requests left more than 1 ms late, limit 1.00 %; 0 could not be sent, limit 0.',
    });
    expect(checkOf({ delayedShare: 0.011 })).toMatchObject({
      state: 'failed',
      figure: 0.011,
      advice: 'The load was not the planned one: offer less, or send it from a larger node.',
    });
  });

  it('fails with a single request that could not be sent', () => {
    const { state, finding } = checkOf({ unsent: 1 });

    expect(state).toBe('failed');
    expect(finding).toContain('; 1 could not be sent, limit 0.');
  });

  it('is of the requests of all repeats together', () => {
    expect(checkOf({ delayedShare: 0.015 }, { delayedShare: 0 })).toMatchObject({
      state: 'passed',
      figure: 0.0075,
    });
  });

  it('is not asked of a closed loop', () => {
    expect(scheduleCheck([measurementOf(loadOf(400, 100))])).toEqual({
      check: 'schedule',
      state: 'not-applicable',
      finding: 'A closed loop has no schedule.',
    });
  });
});
