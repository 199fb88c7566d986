import { bypassCheck } from '../../../../../lib/bench/analysis/checks/bypass-share.ts';
import type { Bypass } from '../../../../../lib/bench/analysis/summary-row.ts';
import { open, over, rowOf } from './check-measurements.ts';

const direct = (share: number, keptUp = true): Bypass => ({
  repeats: 1,
  requestRatePerSecond: over(200),
  share: over(share),
  p50Ms: over(10),
  p99Ms: over(20),
  percentileSupport: { p95: true, p99: true, p999: false },
  failed: 0,
  keptUp,
});

describe('the check of the bypass run', () => {
  it('passes from its limit on', () => {
    expect(bypassCheck(rowOf({ bypass: direct(0.5) }))).toEqual({
      check: 'bypass',
      state: 'passed',
      figure: 0.5,
      limit: 0.5,
      finding:
        'The rate through the middleware is 50.0 % of the 200 requests/s without it; below 50.0 % is worth a warning.',
    });
  });

  it.each([true, false])(
    'warns below it, and never fails (load generator kept up: %s)',
    (keptUp) => {
      const { state, finding, advice } = bypassCheck(rowOf({ bypass: direct(0.49, keptUp) }));

      expect(state).toBe('warned');
      expect(finding).toContain('49.0 % of the 200 requests/s');
      expect(advice).toContain('quote the direct rate beside this one');
    },
  );

  it('cannot tell where the load generator was the limit without the middleware', () => {
    const { state, finding, advice } = bypassCheck(rowOf({ bypass: direct(0.9, false) }));

    expect(state).toBe('unknown');
    expect(finding).toContain('The load generator did not keep up with the bypass run');
    expect(advice).toBe('Measure with k6 or on a larger node.');
  });

  it('is unknown without a bypass run, and says how to get one', () => {
    expect(bypassCheck(rowOf())).toMatchObject({
      state: 'unknown',
      finding: 'There was no bypass run.',
      advice: 'Measure with --bypass 1s.',
    });
  });

  it('is unknown where the check gave no figures, and tells why instead of asking for one', () => {
    const bypassFailures = [{ repeat: 1, reason: 'The serving refused the connection.' }];
    const { state, finding, advice } = bypassCheck(rowOf({ bypassFailures }));

    expect(state).toBe('unknown');
    expect(finding).toBe('The bypass run gave no figures: The serving refused the connection.');
    expect(advice).not.toContain('--bypass');
  });

  it('is not asked of an open loop, where both ways get the rate that is offered', () => {
    expect(bypassCheck(rowOf({ level: open(20), bypass: direct(0.1) }))).toEqual({
      check: 'bypass',
      state: 'not-applicable',
      finding: 'In an open loop both ways get the rate that is offered.',
    });
  });
});
