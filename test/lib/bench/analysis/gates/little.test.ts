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
        'X·R ÷ N is 1.00, 0 % from 1; limit 6.00 % (5.00 % + 1.00 % for requests across the edges of the windows, of 400 in all, which an older record does not tell).',
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

  it.each([0, 1, 3])(
    'fails with %d requests of 4 users: the others were not answered',
    (requests) => {
      for (const extra of [{}, { meanInFlight: 4 }]) {
        const { state, figure, finding, advice } = littleGate([
          cellOf(loadOf(requests, 100, extra)),
        ]);

        expect([state, figure]).toEqual(['failed', undefined]);
        expect(finding).toContain(`Only ${requests} requests of 4 users ended inside the windows`);
        expect(finding).toContain('of those who were answered first');
        expect(advice).toContain('--duration');
      }
    },
  );

  it('cannot tell by an older record with one request a user', () => {
    expect(littleGate([cellOf(loadOf(4, 100))])).toMatchObject({
      state: 'unknown',
      finding: expect.stringContaining('too few for the law') as string,
    });
  });

  describe('where the requests in flight were counted', () => {
    it.each([
      [3.81, 'passed'],
      [3.79, 'failed'],
      [4.19, 'passed'],
      [4.21, 'failed'],
    ])('has one limit in any window: with %d of 4 users it is %s', (meanInFlight, state) => {
      for (const answers of [5, 4000]) {
        expect(littleGate([cellOf(loadOf(answers, 100, { meanInFlight }))])).toMatchObject({
          state,
          limit: 0.05,
        });
      }
    });

    it('says how many there were', () => {
      expect(littleGate([cellOf(loadOf(400, 100, { meanInFlight: 3 }))]).finding).toBe(
        'X·R, the 3.00 requests that were in flight on average, ÷ N is 0.750, 25.0 % from 1; limit 5.00 %.',
      );
    });

    it('counts the wait after a broken connection, of which one a user may lie across an edge', () => {
      const broken = { failed: 400, failures: { reset: 400 }, failedMeanMs: 50, meanInFlight: 2 };

      expect(littleGate([cellOf(loadOf(0, 0, broken))])).toMatchObject({
        state: 'passed',
        figure: 0,
        limit: 0.05 + 0.005,
      });
    });

    it('takes the old rule for a row of which a record does not tell', () => {
      const counted = cellOf(loadOf(400, 100, { meanInFlight: 4 }));

      expect(littleGate([counted, cellOf(loadOf(400, 100), { repeat: 2 })]).finding).toContain(
        'which an older record does not tell',
      );
    });
  });

  it('is not asked of an open loop', () => {
    expect(littleGate([cellOf(loadOf(400, 100), { level: open(40) })])).toEqual({
      gate: 'little',
      state: 'not-applicable',
      finding: 'An open loop has no users.',
    });
  });
});
