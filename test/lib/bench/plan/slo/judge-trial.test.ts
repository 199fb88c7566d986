import { judgeTrial } from '../../../../../lib/bench/plan/slo/judge-trial.ts';
import { trialCell, type SloSearch } from '../../../../../lib/bench/plan/slo/search.ts';
import type { LoadResult } from '../../../../../lib/bench/load/result.ts';
import { completedCell, loadResult, recordedPaths } from '../../../../support/recorded-run.ts';

const [path] = recordedPaths();
if (path === undefined) throw new Error('no path');
const search: SloSearch = {
  id: 'slo-p99-15/x/onnx',
  path,
  engine: 'onnx',
  p99Ms: 15,
  warmupSeconds: 1,
  durationSeconds: 10,
  timeoutMs: 1000,
  repeat: 1,
};
const cell = trialCell(search, 100);

/** A window with so many requests, some of them later than the bound. */
const judge = (requests: number, late: number, extra: Partial<LoadResult> = {}) =>
  judgeTrial(
    search,
    completedCell(
      cell,
      loadResult(
        Array.from({ length: requests }, (_, index) => (index < late ? 15.1 : 14.9)),
        10,
        extra,
      ),
    ),
  );

describe('a trial of a rate', () => {
  it.each([
    [459, 0, true],
    [458, 0, false],
    [662, 1, true],
    [661, 1, false],
    [1000, 20, false],
  ])('with %p requests, %p of them late, is valid: %p', (requests, late, valid) => {
    expect(judge(requests, late)).toMatchObject({ valid, requests, overBound: late });
  });

  it('says why it is not valid', () => {
    expect(judge(1000, 20).reason).toBe(
      '20 of 1000 requests took longer than 15 ms or failed, too many for p99 to lie within it.',
    );
    expect(judge(600, 1).reason).toMatch(/^600 requests, 1 of them over 15 ms, are too few/);
  });

  it('is not valid where more than one of a thousand requests fails, however fast they are', () => {
    const failed = { failed: 2, failedShare: 2 / 1002 };

    expect(judge(1000, 0, failed)).toMatchObject({ valid: false, overBound: 2, requests: 1002 });
    expect(judge(1000, 0, failed).reason).toMatch(/^0\.200 % of the requests failed; 0\.1 %/);
  });

  it('is not valid where less than 99 % of the offered rate is achieved', () => {
    const few = judge(1000, 0, { offered: 1020 });

    expect(few.valid).toBe(false);
    expect(few).not.toHaveProperty('limitedBy');
    expect(judge(1000, 0, { offered: 1009 }).valid).toBe(true);
  });

  it('says where the load engine may have been the limit, and does not hold its lateness against a valid rate', () => {
    const { self } = loadResult([1], 1);
    const late = { self: { ...self, keptUp: false, reason: '3.0 % left late' } };

    expect(judge(1000, 0, { unsent: 1 }).reason).toBe('1 planned requests could not be sent.');
    expect(judge(1000, 30, late)).toMatchObject({ valid: false, limitedBy: 'load-engine' });
    expect(judge(1000, 30, late).reason).toMatch(
      /The load engine did not keep up: 3\.0 % left late\.$/,
    );
    expect(judge(1000, 0, late).valid).toBe(true);
    expect(judge(1000, 0, late)).not.toHaveProperty('limitedBy');
  });

  it('says where the middleware had no processor time to spare, and does not hold that against a valid rate', () => {
    const record = completedCell(cell, loadResult(Array(1000).fill(15.1), 10));
    const busy = { ...record, middleware: { ...record.middleware, busiestCpuShare: 0.95 } };
    const quick = { ...busy, load: loadResult(Array(1000).fill(14.9), 10) };

    expect(judgeTrial(search, busy)).toMatchObject({ valid: false, limitedBy: 'middleware' });
    expect(judgeTrial(search, busy).reason).toMatch(
      /The busiest process of the middleware used 95\.0 % of a core/,
    );
    expect(judgeTrial(search, quick).valid).toBe(true);
    expect(judgeTrial(search, quick)).not.toHaveProperty('limitedBy');
  });

  it('is not valid where its cell gave no figures', () => {
    const times = { startedAt: '', finishedAt: '' };
    const failed = { kind: 'cell', state: 'failed', cell, ...times, code: 'X', message: 'died' };

    expect(judgeTrial(search, failed as Parameters<typeof judgeTrial>[1])).toEqual({
      ratePerSecond: 100,
      valid: false,
      reason: 'The cell gave no figures: died',
    });
  });
});
