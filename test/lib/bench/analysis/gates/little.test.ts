import { littleGate } from '../../../../../lib/bench/analysis/gates/little.ts';
import { closed } from '../../../../support/recorded-run.ts';
import { cellOf, loadOf, open } from './gate-cells.ts';

// 4 users in a window of 10 s have 40 s: 400 requests of 100 ms fill them.
const EDGE = 0.01;

/** 5 requests of 4 users, who fit at 8 s each. */
const few = (meanMs: number) => littleGate([cellOf(loadOf(5, meanMs))]);

describe('the gate of Little’s law', () => {
  it('passes where rate, latency and users fit each other', () => {
    expect(littleGate([cellOf(loadOf(400, 100))])).toEqual({
      gate: 'little',
      state: 'passed',
      figure: 0,
      limit: 0.05 + EDGE,
      finding:
        'X·R ÷ N is 1.00, 0 % from 1; limit 6.00 % (5.00 % + 1.00 % for requests across the edges of the windows, of 400 in all).',
    });
  });

  it.each([
    [94.1, 'passed'],
    [93.9, 'failed'],
    [105.9, 'passed'],
    [106.1, 'failed'],
  ])('with a mean of %d ms where 100 ms fit, it is %s', (meanMs, state) => {
    expect(littleGate([cellOf(loadOf(400, meanMs))])).toMatchObject({ state });
  });

  it('fails where a user is missing, with what to look for', () => {
    const { state, finding, advice } = littleGate([cellOf(loadOf(300, 100))]);

    expect(state).toBe('failed');
    expect(finding).toContain('X·R ÷ N is 0.750, 25.0 % from 1; limit 6.33 %');
    expect(advice).toContain('a load engine that pauses');
  });

  it('counts a failed request with the time that it took', () => {
    const failures = { 'http-503': 200 } as const;
    const taken = (failedMeanMs: number) =>
      littleGate([cellOf(loadOf(200, 100, { failed: 200, failures, failedMeanMs }))]);

    expect(taken(100)).toMatchObject({ state: 'passed', figure: 0, limit: 0.05 + EDGE });
    expect(taken(20).state).toBe('failed');
    expect(taken(20).figure).toBeCloseTo(0.4, 10);
  });

  it('is wider by the share of failed requests whose time an older record does not tell', () => {
    const failures = { 'http-503': 100 } as const;
    const { state, figure, limit, finding } = littleGate([
      cellOf(loadOf(300, 70, { failed: 100, failures })),
    ]);

    expect([state, limit]).toEqual(['passed', 0.05 + EDGE + 0.25]);
    expect(figure).toBeCloseTo(0.3, 10);
    expect(finding).toContain('25.0 % for failed requests of unknown time');
  });

  it('takes the timeout for the time of a request that timed out in an older record', () => {
    const load = loadOf(200, 100, { failed: 4, failures: { timeout: 4 } });

    expect(littleGate([cellOf(load, { timeoutMs: 5000 })])).toMatchObject({
      state: 'passed',
      figure: 0,
    });
  });

  it('counts the wait after a broken connection, which is in no latency', () => {
    const broken = { connect: 100, reset: 300 };
    const load = loadOf(0, 0, { failed: 400, failures: broken, failedMeanMs: 50 });

    expect(littleGate([cellOf(load)])).toMatchObject({ state: 'passed', figure: 0 });
  });

  it('knows that k6 waits after a timeout, too, and the embedded engine does not', () => {
    const ended = { failed: 160, failures: { timeout: 160 } };

    const ofK6 = loadOf(0, 0, { ...ended, generator: 'k6', failedMeanMs: 200 });
    const ofEmbedded = loadOf(0, 0, { ...ended, failedMeanMs: 250 });
    expect(littleGate([cellOf(ofK6)])).toMatchObject({ state: 'passed', figure: 0 });
    expect(littleGate([cellOf(ofEmbedded)])).toMatchObject({ state: 'passed', figure: 0 });
  });

  it('is wider in a tiny window, whose edges may hold a request of each user, and fails beyond that', () => {
    expect(few(1300)).toMatchObject({ state: 'passed', limit: 0.05 + 0.8 });
    expect(few(1100)).toMatchObject({ state: 'failed', limit: 0.05 + 0.8 });
  });

  it('is wider where one request of a single user was much longer than the others: it may lie across an edge', () => {
    const load = loadOf(100, 90);
    const withOutlier = { ...load, latency: { ...load.latency, maxMs: 900 } };
    const alone = { level: closed(1) };

    expect(littleGate([cellOf(load, alone)])).toMatchObject({ state: 'failed' });
    expect(littleGate([cellOf(withOutlier, alone)])).toMatchObject({
      state: 'passed',
      limit: 0.05 + 0.1,
    });
  });

  it.each([0, 1, 4])('cannot tell of %d requests of 4 users', (requests) => {
    const { state, figure, finding, advice } = littleGate([cellOf(loadOf(requests, 100))]);

    expect([state, figure]).toEqual(['unknown', undefined]);
    expect(finding).toContain(`Only ${requests} `);
    expect(finding).toContain('of 4 users ended inside the windows');
    expect(advice).toContain('--duration');
  });

  it('is not asked of an open loop', () => {
    expect(littleGate([cellOf(loadOf(400, 100), { level: open(40) })])).toEqual({
      gate: 'little',
      state: 'not-applicable',
      finding: 'An open loop has no users.',
    });
  });
});
