import { censoringCheck } from '../../../../../lib/bench/analysis/checks/censoring.ts';
import { measurementOf, loadOf } from './check-measurements.ts';

describe('the check of censoring', () => {
  it('passes where every request ended before its timeout, whatever else failed', () => {
    const load = loadOf(100, 999, { failed: 1, failures: { 'http-503': 1, reset: 1 } });

    expect(censoringCheck([measurementOf(load, { timeoutMs: 1000 })])).toEqual({
      check: 'censoring',
      state: 'passed',
      figure: 0,
      limit: 0,
      finding: 'No request came to a timeout.',
    });
  });

  it('fails with a single timeout, with what to do', () => {
    const load = loadOf(100, 20, { failed: 1, failures: { timeout: 1 } });

    expect(censoringCheck([measurementOf(load)])).toEqual({
      check: 'censoring',
      state: 'failed',
      figure: 1,
      limit: 0,
      finding: 'The latency is censored: 1 request had no answer in time.',
      advice: 'Allow more time (--timeout) or offer less load; the percentiles lie above these.',
    });
  });

  it('fails where the middleware gave up on the serving, or a correct answer came at the very timeout', () => {
    const load = loadOf(100, 1000, { failed: 2, failures: { 'http-504': 2 } });

    expect(censoringCheck([measurementOf(load, { timeoutMs: 1000 })])).toMatchObject({
      state: 'failed',
      figure: 3,
      finding:
        'The latency is censored: 2 answers came of a timeout between middleware and serving (504), in 1 repeat a correct answer came at the very timeout.',
    });
  });

  it('does not take a window without any correct answer for one at the timeout', () => {
    expect(censoringCheck([measurementOf(loadOf(0, 0))]).state).toBe('passed');
  });

  it('counts over all repeats', () => {
    const timedOut = loadOf(100, 20, { failed: 2, failures: { timeout: 2 } });
    const repeats = [1, 2, 3].map((repeat) => measurementOf(timedOut, { repeat }));

    expect(censoringCheck(repeats)).toMatchObject({
      figure: 6,
      finding: 'The latency is censored: 6 requests had no answer in time.',
    });
  });
});
