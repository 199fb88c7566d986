import { littleCheck } from '../../../../../lib/bench/analysis/checks/little.ts';
import { measurementOf, loadOf, open } from './check-measurements.ts';

/** 400 requests of the four users. */
const inFlight = (meanInFlight: number, answers = 400) =>
  littleCheck([measurementOf(loadOf(answers, 100, { meanInFlight }))]);

describe('the check of Little’s law', () => {
  it('passes where as many requests were in flight as there are users', () => {
    expect(inFlight(4)).toEqual({
      check: 'little',
      state: 'passed',
      figure: 0,
      limit: 0.05,
      finding:
        'X·R, the 4.00 requests that were in flight on average, ÷ N is 1.00, 0 % from 1; limit 5.00 %.',
    });
  });

  it.each([
    [3.81, 'passed'],
    [3.79, 'failed'],
    [4.19, 'passed'],
    [4.21, 'failed'],
  ])('has one limit in any window: with %d of 4 users in flight it %s', (meanInFlight, state) => {
    for (const answers of [5, 4000]) {
      expect(inFlight(meanInFlight, answers)).toMatchObject({ state, limit: 0.05 });
    }
  });

  it('fails where a user is missing, with what to look for', () => {
    const { state, finding, advice } = inFlight(3);

    expect(state).toBe('failed');
    expect(finding).toBe(
      'X·R, the 3.00 requests that were in flight on average, ÷ N is 0.750, 25.0 % from 1; limit 5.00 %.',
    );
    expect(advice).toContain('a load generator that pauses');
  });

  it('counts the wait after a broken connection, of which one a user may lie across an edge', () => {
    const broken = { failed: 400, failures: { connect: 100, reset: 300 }, meanInFlight: 2 };

    expect(littleCheck([measurementOf(loadOf(0, 0, broken))])).toMatchObject({
      state: 'passed',
      figure: 0,
      limit: 0.05 + 0.005,
    });
  });

  it('knows that k6 waits after a timeout, too, and the embedded engine does not', () => {
    const ended = { failed: 160, failures: { timeout: 160 }, meanInFlight: 3.2 };

    expect(littleCheck([measurementOf(loadOf(0, 0, { ...ended, generator: 'k6' }))]).figure).toBe(
      0,
    );
    expect(littleCheck([measurementOf(loadOf(0, 0, ended))]).figure).toBeCloseTo(0.2, 10);
  });

  it.each([0, 1, 3])(
    'fails with %d requests of 4 users: the others were not answered',
    (requests) => {
      const { state, figure, finding, advice } = inFlight(4, requests);

      expect([state, figure]).toEqual(['failed', undefined]);
      expect(finding).toMatch(
        new RegExp(`^Only ${requests} requests? of 4 users ended inside the windows`),
      );
      expect(finding).toContain('of those who were answered first');
      expect(advice).toContain('--duration');
    },
  );

  it('is not asked of an open loop', () => {
    expect(littleCheck([measurementOf(loadOf(400, 100), { level: open(40) })])).toEqual({
      check: 'little',
      state: 'not-applicable',
      finding: 'An open loop has no users.',
    });
  });
});
