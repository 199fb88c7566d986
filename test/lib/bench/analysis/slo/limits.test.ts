import {
  limitState,
  rowCounts,
  sloRatesOf,
  type CountsOf,
} from '../../../../../lib/bench/analysis/slo/limits.ts';
import type { LoadResult } from '../../../../../lib/bench/model/load-result.ts';
import {
  completedMeasurement,
  evenLoad,
  planMeasurement,
  closed,
  recordedRun,
} from '../../../../support/recorded-run.ts';
import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import { resolvePlanOptions } from '../../../../../lib/bench/plan/resolve-plan-options.ts';
import { sloRow } from '../../../../support/slo-row.ts';

const rowOf = (answers: number, latencyMs: number, extra: Partial<LoadResult> = {}) =>
  rowCounts(
    [completedMeasurement(planMeasurement({}), evenLoad(answers, latencyMs, 60, extra))],
    600,
  );

describe('The requests over a limit', () => {
  it('are the answers that took longer, failures, and requests that were not sent', () => {
    expect(rowOf(700, 590)).toEqual({ requests: 700, overLimit: 0 });
    expect(rowOf(700, 610)).toEqual({ requests: 700, overLimit: 700 });
    expect(rowOf(700, 590, { failed: 3, unsent: 7 })).toEqual({ requests: 710, overLimit: 10 });
  });
});

describe('A p99 limit', () => {
  it.each([
    [459, 0, 'kept'],
    [458, 0, 'unknown'],
    [1000, 18, 'unknown'],
    [1000, 19, 'not-kept'],
  ])('with %p requests, %p of them over it, is %s', (requests, overLimit, state) => {
    expect(limitState(0, { requests, overLimit })).toBe(state);
  });

  it('is not kept if more than 0.1 % of the requests failed', () => {
    const counts = { requests: 10_000, overLimit: 11 };

    expect(limitState(0.001, counts)).toBe('kept');
    expect(limitState(0.0011, counts)).toBe('not-kept');
  });
});

/** 1000 requests, of which 1 or 30 exceed the limit, depending on the row's p99. At a rate of 49 only 50, too few to claim p99. */
const countsOf: CountsOf = ({ p99Ms, requestRatePerSecond }, limitMs) => ({
  requests: requestRatePerSecond?.value === 49 ? 50 : 1000,
  overLimit: (p99Ms?.value ?? 0) <= limitMs ? 1 : 30,
});

/** One request fewer over the limit than 1 %: too close to decide. */
const close: CountsOf = () => ({ requests: 1000, overLimit: 9 });

describe('The best rate of a target within a limit', () => {
  const rows = [sloRow(1, 50, 10), sloRow(4, 80, 40), sloRow(8, 100, 90)];

  it('is the highest rate of the levels that keep the limit', () => {
    expect(sloRatesOf(rows, [5, 15, 50], countsOf)).toMatchObject([
      { limitMs: 5, state: 'not-kept', requests: 1000, overLimit: 30 },
      {
        limitMs: 15,
        state: 'kept',
        requestRatePerSecond: { value: 50 },
        p99Ms: 10,
        level: closed(1),
      },
      {
        limitMs: 50,
        state: 'kept',
        requestRatePerSecond: { value: 80 },
        p99Ms: 40,
        level: closed(4),
      },
    ]);
  });

  it('is undecided if only levels with too few answers may keep it', () => {
    expect(sloRatesOf([sloRow(1, 49, 10), sloRow(8, 100, 90)], [15], countsOf)).toMatchObject([
      { state: 'unknown', level: closed(1), requests: 50, overLimit: 1 },
    ]);
    expect(sloRatesOf([sloRow(1, 49, 10)], [4], countsOf)).toMatchObject([{ state: 'not-kept' }]);
  });

  it('is undecided if p99 is within the limit, but too many requests exceed it to be sure', () => {
    expect(sloRatesOf([sloRow(1, 50, 10)], [15], close)).toMatchObject([{ state: 'unknown' }]);
    expect(sloRatesOf([sloRow(1, 50, 10)], [15], close)[0]?.p99Ms).toBeUndefined();
  });

  it('ignores levels with failures, rows that fail a check, and no-op limits', () => {
    const checks = [{ check: 'noop-limit', state: 'failed' }] as const;
    const unusable = [
      sloRow(4, 80, 9, { failedShare: 0.002 }),
      sloRow(8, 100, 9, { checks }),
      sloRow(8, 900, 1, { engine: 'noop' }),
    ];

    expect(sloRatesOf([...rows, ...unusable], [15], countsOf)).toMatchObject([
      { requestRatePerSecond: { value: 50 } },
    ]);
  });
});

describe('The limits of a summary', () => {
  const run = recordedRun({ repeats: 2, durationSeconds: 20, scenarios: ['warm'] });
  const limitsOf = (sloP99Ms: readonly number[]) => ({
    ...run,
    plan: { ...run.plan, options: resolvePlanOptions({ profile: 'full', seed: 7, sloP99Ms }) },
  });

  it('are those of the run, unless the report gets others', () => {
    const otherLimits = { sloP99Ms: [200, 100] };

    expect(summarise(run).sloRates).toBeUndefined();
    expect(summarise(limitsOf([40])).sloRates?.map(({ limitMs }) => limitMs)).toEqual(
      run.plan.targets.map(() => 40),
    );
    for (const data of [run, limitsOf([40])]) {
      expect(summarise(data, otherLimits)).toMatchObject({ sloP99Ms: [100, 200] });
      expect(summarise(data, otherLimits).sloRates).toHaveLength(2 * run.plan.targets.length);
    }
  });
});
