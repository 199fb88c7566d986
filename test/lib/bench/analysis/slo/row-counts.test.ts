import { limitState, rowCounts } from '../../../../../lib/bench/analysis/slo/row-counts.ts';
import type { Level } from '../../../../../lib/bench/model/measurement.ts';
import {
  createHistogram,
  encodeHistogram,
  recordLatency,
} from '../../../../../lib/bench/stats/histogram.ts';
import type { LoadResult } from '../../../../../lib/bench/model/load-result.ts';
import type { CompletedMeasurement } from '../../../../../lib/bench/model/record.ts';
import {
  closed,
  completedMeasurement,
  evenLoad,
  planMeasurement,
} from '../../../../support/recorded-run.ts';

const SECONDS = 60;

const waitsOf = (waitsMs: readonly number[]): string => {
  const histogram = createHistogram(60_000);
  for (const waitMs of waitsMs) recordLatency(histogram, waitMs);
  return encodeHistogram(histogram);
};

interface WindowOptions {
  readonly users: number;
  readonly perSecond: number;
  /** Of the requests in flight at the end. */
  readonly waitMs?: number;
  readonly level?: Level;
  /** Of the answers. */
  readonly latencyMs?: number;
}

/** A window at whose end each user had a request in flight. */
const windowOf = ({
  users,
  perSecond,
  waitMs,
  level,
  latencyMs = 80,
}: WindowOptions): CompletedMeasurement => {
  const waits = Array.from({ length: users }, () => waitMs ?? 0);
  const extra: Partial<LoadResult> = {
    unfinished: users,
    ...(waitMs === undefined ? {} : { unfinishedWaits: waitsOf(waits) }),
  };
  return completedMeasurement(
    planMeasurement({ level: level ?? closed(users), durationSeconds: SECONDS }),
    evenLoad(perSecond * SECONDS, latencyMs, SECONDS, extra),
  );
};

const stateOf = (measurements: readonly CompletedMeasurement[], limitMs: number) =>
  limitState(0, rowCounts(measurements, limitMs));

describe('Requests in flight at the end of a closed window', () => {
  it('do not exceed a limit if they had waited less', () => {
    const ofOne = { users: 1, perSecond: 12, waitMs: 40 };
    // A request of each user is 2.3 % of all.
    const ofMany = { users: 100, perSecond: 70, latencyMs: 1430, waitMs: 40 };

    expect(rowCounts([windowOf(ofOne), windowOf(ofOne)], 600)).toEqual({
      requests: 1440,
      overLimit: 0,
    });
    expect(stateOf([windowOf(ofOne)], 600)).toBe('kept');
    expect(stateOf([windowOf(ofOne)], 60)).toBe('not-kept');
    expect(rowCounts([windowOf(ofMany)], 2000)).toMatchObject({ requests: 4200, overLimit: 0 });
    expect(stateOf([windowOf(ofMany)], 2000)).toBe('kept');
  });

  it('exceed a limit if they had waited longer', () => {
    const measurements = [windowOf({ users: 100, perSecond: 70, waitMs: 700 })];

    expect(rowCounts(measurements, 600)).toMatchObject({ requests: 4300, overLimit: 100 });
    expect(stateOf(measurements, 600)).toBe('not-kept');
    expect(rowCounts(measurements, 800)).toMatchObject({ requests: 4200, overLimit: 0 });
  });
});

describe('Unfinished and unsent requests of an open loop', () => {
  it('exceed every limit, because the load generator waits for all of them up to the timeout', () => {
    const level: Level = { loop: 'open', arrivals: 'poisson', ratePerSecond: 70 };

    const window = windowOf({ users: 50, perSecond: 70, level });
    const unsent = { ...window, load: { ...window.load, unsent: 7 } };

    expect(rowCounts([unsent], 600)).toEqual({
      requests: 4257,
      overLimit: 57,
    });
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
