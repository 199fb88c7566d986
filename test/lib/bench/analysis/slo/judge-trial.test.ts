import { judgeWindows } from '../../../../../lib/bench/analysis/slo/judge-trial.ts';
import { readWindow } from '../../../../../lib/bench/analysis/slo/search-window.ts';
import { trialCell } from '../../../../../lib/bench/plan/slo/search.ts';
import type { LoadResult } from '../../../../../lib/bench/load/result.ts';
import type { CompletedCell, FailedCell } from '../../../../../lib/bench/results/record.ts';
import { completedCell, loadResult } from '../../../../support/recorded-run.ts';
import { sloSearch } from '../../../../support/slo-search.ts';

const search = sloSearch();
const cell = trialCell(search, 100);

/** A window with so many requests, some of them later than the bound. */
const windowWith = (requests: number, late: number, extra: Partial<LoadResult> = {}) =>
  completedCell(
    cell,
    loadResult(
      Array.from({ length: requests }, (_, index) => (index < late ? 15.1 : 14.9)),
      10,
      extra,
    ),
  );

const judgeAll = (...records: readonly (CompletedCell | FailedCell)[]) =>
  judgeWindows(
    search.p99Ms,
    records.map((record) => readWindow(search, record)),
  );

const judge = (...window: Parameters<typeof windowWith>) => judgeAll(windowWith(...window));

const failing = (failed: number) => judge(10_000, 0, { failed });

describe('a trial of a rate', () => {
  it.each([
    [459, 0, 'valid'],
    [458, 0, 'undecided'],
    [662, 1, 'valid'],
    [661, 1, 'undecided'],
    [1000, 18, 'undecided'],
    [1000, 19, 'invalid'],
    [50, 4, 'invalid'],
  ])('with %p requests, %p of them late, is %s', (requests, late, state) => {
    const { valid, undecided = false, ...counted } = judge(requests, late);

    expect(counted).toMatchObject({ requests, overBound: late, windows: 1 });
    expect(valid ? 'valid' : undecided ? 'undecided' : 'invalid').toBe(state);
  });

  it('says why it is not valid, and calls no rate too high that was measured too shortly', () => {
    expect(judge(1000, 20).reason).toBe(
      '20 of 1000 requests took longer than 15 ms or failed, too many for p99 to lie within it.',
    );
    expect(judge(600, 1).reason).toBe(
      '600 requests, 1 of them over 15 ms, are too few to tell whether p99 lies within it.',
    );
  });

  it('counts all of its windows together', () => {
    const [short, long] = [windowWith(600, 1), windowWith(1200, 2)];

    expect(judgeAll(short, short)).toMatchObject({ valid: true, windows: 2, windowSeconds: 20 });
    expect(judgeAll(short, long)).toMatchObject({ requests: 1800, overBound: 3 });
    expect(judgeAll(short, long).p99Ms).toBeCloseTo(14.9, 1);
    expect(judgeAll(short, long).achievedRatePerSecond).toBeCloseTo(90, 9);
    expect(judgeAll(short, windowWith(1200, 40))).toMatchObject({ valid: false, overBound: 41 });
    expect(judgeAll(windowWith(200, 0), windowWith(200, 0)).p99Ms).toBeUndefined();
  });

  it('is not valid where more than one of a thousand requests fails, however fast they are', () => {
    expect(failing(10)).toMatchObject({ valid: true, overBound: 10, requests: 10_010 });
    expect(failing(11)).toMatchObject({ valid: false, undecided: true });
    expect(failing(11).reason).toMatch(/^11 of 10011 requests failed; 0\.1 % are allowed, and/);
    expect(failing(20)).not.toHaveProperty('undecided');
    expect(failing(20).reason).toMatch(/^0\.200 % of the requests failed; 0\.1 % are allowed\./);
  });

  it('is not valid where less than 99 % of the offered rate is achieved', () => {
    const few = judge(1000, 0, { offered: 1020 });

    expect(few.valid).toBe(false);
    expect(few).not.toHaveProperty('limitedBy');
    expect(few).not.toHaveProperty('undecided');
    expect(judge(1000, 0, { offered: 1009 }).valid).toBe(true);
  });

  it('is undecided where the bound lets as many wait at the end as were not answered', () => {
    // 100 requests/s that take 15 ms at most: 1.5 are on their way, and 1 % of 1011 is 10.1.
    const few = judge(1000, 0, { offered: 1011 });

    expect(few).toMatchObject({ valid: false, undecided: true });
    expect(few.reason).toMatch(/^98\.9 % of the offered rate were answered in the window; 99 %/);
  });

  it('says where the load engine may have been the limit, and does not hold its lateness against a valid rate', () => {
    const { self } = loadResult([1], 1);
    const late = { self: { ...self, keptUp: false, reason: '3.0 % left late' } };

    expect(judge(1000, 0, { unsent: 1 }).reason).toMatch(
      /^1 planned requests could not be sent\. .*; 1 could not be sent, limit 0\.$/,
    );
    expect(judge(1000, 30, late)).toMatchObject({ valid: false, limitedBy: 'load-engine' });
    expect(judge(1000, 30, late).reason).toMatch(
      /The load engine did not keep up: 3\.0 % left late\.$/,
    );
    expect(judge(1000, 0, late).valid).toBe(true);
    expect(judge(1000, 0, late)).not.toHaveProperty('limitedBy');
  });

  it('says where the middleware had no processor time to spare, and does not hold that against a valid rate', () => {
    const record = windowWith(1000, 1000);
    const busy = { ...record, middleware: { ...record.middleware, busiestCpuShare: 0.95 } };
    const quick = { ...busy, load: windowWith(1000, 0).load };

    expect(judgeAll(busy)).toMatchObject({ valid: false, limitedBy: 'middleware' });
    expect(judgeAll(busy).reason).toMatch(
      /The busiest process of the middleware used 95\.0 % of a core/,
    );
    expect(judgeAll(quick).valid).toBe(true);
    expect(judgeAll(quick)).not.toHaveProperty('limitedBy');
  });

  it('is not valid where one of its cells gave no figures', () => {
    const times = { startedAt: '', finishedAt: '' };
    const failed = { kind: 'cell', state: 'failed', cell, ...times, code: 'X', message: 'died' };

    expect(judgeAll(windowWith(1000, 0), failed as FailedCell)).toEqual({
      valid: false,
      reason: 'The cell gave no figures: died',
      windows: 2,
    });
  });
});
