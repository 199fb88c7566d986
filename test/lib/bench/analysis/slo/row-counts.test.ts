import { limitState, rowCounts } from '../../../../../lib/bench/analysis/slo/row-counts.ts';
import type { LoadResult } from '../../../../../lib/bench/model/load-result.ts';
import {
  completedMeasurement,
  evenLoad,
  planMeasurement,
} from '../../../../support/recorded-run.ts';

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
