import { directGate } from '../../../../../lib/bench/analysis/gates/direct-share.ts';
import type { Direct } from '../../../../../lib/bench/analysis/summary-row.ts';
import { open, over, rowOf } from './gate-cells.ts';

const direct = (share: number, keptUp = true): Direct => ({
  repeats: 1,
  requestRatePerSecond: over(200),
  share: over(share),
  p50Ms: over(10),
  p99Ms: over(20),
  percentileSupport: { p95: true, p99: true, p999: false },
  failed: 0,
  keptUp,
});

describe('the gate of the direct check', () => {
  it('passes from its limit on', () => {
    expect(directGate(rowOf({ direct: direct(0.5) }))).toEqual({
      gate: 'direct',
      state: 'passed',
      figure: 0.5,
      limit: 0.5,
      finding:
        'The rate through the middleware is 50.0 % of the 200 requests/s without it; below 50.0 % is worth a warning.',
    });
  });

  it.each([true, false])('warns below it, and never fails (load engine kept up: %s)', (keptUp) => {
    const { state, finding, advice } = directGate(rowOf({ direct: direct(0.49, keptUp) }));

    expect(state).toBe('warned');
    expect(finding).toContain('49.0 % of the 200 requests/s');
    expect(advice).toContain('quote the direct rate beside this one');
  });

  it('cannot tell where the load engine was the limit without the middleware', () => {
    const { state, finding, advice } = directGate(rowOf({ direct: direct(0.9, false) }));

    expect(state).toBe('unknown');
    expect(finding).toContain('The load engine did not keep up with the direct check');
    expect(advice).toBe('Measure with k6 or on a larger node.');
  });

  it('is unknown without a direct check, and says how to get one', () => {
    expect(directGate(rowOf())).toMatchObject({
      state: 'unknown',
      finding: 'There was no direct check.',
      advice: 'Measure with --direct 1s.',
    });
  });

  it('is unknown where the check gave no figures, and tells why instead of asking for one', () => {
    const directFailures = [{ repeat: 1, reason: 'The serving refused the connection.' }];
    const { state, finding, advice } = directGate(rowOf({ directFailures }));

    expect(state).toBe('unknown');
    expect(finding).toBe('The direct check gave no figures: The serving refused the connection.');
    expect(advice).not.toContain('--direct');
  });

  it('is not asked of an open loop, where both ways get the rate that is offered', () => {
    expect(directGate(rowOf({ level: open(20), direct: direct(0.1) }))).toEqual({
      gate: 'direct',
      state: 'not-applicable',
      finding: 'In an open loop both ways get the rate that is offered.',
    });
  });
});
