import { boundState, rowCounts } from '../../../../../lib/bench/analysis/slo/row-counts.ts';
import { sloRatesOf } from '../../../../../lib/bench/analysis/slo/best-rate.ts';
import type { Level } from '../../../../../lib/bench/model/measurement.ts';
import {
  createHistogram,
  encodeHistogram,
  recordLatency,
} from '../../../../../lib/bench/stats/histogram.ts';
import type { LoadResult, SecondBin } from '../../../../../lib/bench/model/load-result.ts';
import type { CompletedMeasurement } from '../../../../../lib/bench/model/record.ts';
import {
  closed,
  completedMeasurement,
  loadResult,
  planMeasurement,
  recordedTargets,
} from '../../../../support/recorded-run.ts';
import { sloRow } from '../../../../support/slo-row.ts';

const SECONDS = 60;

const [target] = recordedTargets();

/** Answers and sendings of each second, `perSecond` until the serving stands still. */
const binsOf = (perSecond: number, stillSeconds: number): readonly SecondBin[] =>
  Array.from({ length: SECONDS }, (_, second) => {
    const count = second < SECONDS - stillSeconds ? perSecond : 0;
    return { second, succeeded: count, failed: 0 };
  });

const waitsOf = (waitsMs: readonly number[]): string => {
  const histogram = createHistogram(60_000);
  for (const waitMs of waitsMs) recordLatency(histogram, waitMs);
  return encodeHistogram(histogram);
};

interface Ended {
  readonly users: number;
  readonly perSecond: number;
  readonly stillSeconds?: number;
  /** Of the requests in flight. */
  readonly waitMs?: number;
  readonly level?: Level;
  /** Of the answers. */
  readonly latencyMs?: number;
}

/** A window whose answers took as long, and at whose end each user had a request in flight. */
const windowOf = ({
  users,
  perSecond,
  stillSeconds = 0,
  waitMs,
  level,
  latencyMs = 80,
}: Ended): CompletedMeasurement => {
  const waits = Array.from({ length: users }, () => waitMs ?? 0);
  const extra: Partial<LoadResult> = {
    unfinished: users,
    bins: binsOf(perSecond, stillSeconds),
    ...(waitMs === undefined ? {} : { unfinishedWaits: waitsOf(waits) }),
  };
  const answers = Array.from({ length: perSecond * (SECONDS - stillSeconds) }, () => latencyMs);
  return completedMeasurement(
    planMeasurement(target, 'onnx', 'warm', level ?? closed(users), 1, SECONDS),
    loadResult(answers, SECONDS, extra),
  );
};

const stateOf = (measurements: readonly CompletedMeasurement[], boundMs: number) =>
  sloRatesOf([sloRow(1, 50, 80)], [boundMs], () => rowCounts(measurements, boundMs))[0]?.state;

describe('Requests in flight at the end of a closed window', () => {
  it('are not over a bound where they had waited a little', () => {
    const waited = { waitMs: 40 };
    const ofOne = { users: 1, perSecond: 12, ...waited };
    // A request of each user is 2.3 % of these.
    const ofMany = { users: 100, perSecond: 70, latencyMs: 1430, ...waited };

    expect(rowCounts([windowOf(ofOne), windowOf(ofOne)], 600)).toEqual({
      requests: 1440,
      overBound: 0,
      stoodStill: false,
    });
    expect(stateOf([windowOf(ofOne)], 600)).toBe('kept');
    expect(stateOf([windowOf(ofOne)], 60)).toBe('not-kept');
    expect(rowCounts([windowOf(ofMany)], 2000)).toMatchObject({ requests: 4200, overBound: 0 });
    expect(stateOf([windowOf(ofMany)], 2000)).toBe('kept');
  });

  it('are over it where they had waited longer, though others are still answered', () => {
    const measurements = [windowOf({ users: 100, perSecond: 70, waitMs: 700 })];

    expect(rowCounts(measurements, 600)).toMatchObject({ requests: 4300, overBound: 100 });
    expect(stateOf(measurements, 600)).toBe('not-kept');
    expect(rowCounts(measurements, 800)).toMatchObject({ requests: 4200, overBound: 0 });
  });

  it('keep no bound where the serving stood still, be they few', () => {
    const ended = { users: 1, perSecond: 20, stillSeconds: 20 };
    const measurements = [windowOf({ ...ended, waitMs: 20_000 })];

    expect(rowCounts(measurements, 600)).toEqual({ requests: 801, overBound: 1, stoodStill: true });
    expect(stateOf(measurements, 600)).toBe('not-kept');
    expect(stateOf([windowOf({ users: 1, perSecond: 20, waitMs: 40 }), ...measurements], 600)).toBe(
      'not-kept',
    );
  });
});

describe('Unfinished and unsent requests of an open loop', () => {
  it('are over every bound: it waits for all of them, up to the timeout', () => {
    const level: Level = { loop: 'open', arrivals: 'poisson', ratePerSecond: 70 };

    const window = windowOf({ users: 50, perSecond: 70, level });
    const unsent = { ...window, load: { ...window.load, unsent: 7 } };

    expect(rowCounts([unsent], 600)).toEqual({
      requests: 4257,
      overBound: 57,
      stoodStill: false,
    });
  });
});

describe('A bound of p99', () => {
  it.each([
    [459, 0, 'kept'],
    [458, 0, 'unknown'],
    [1000, 18, 'unknown'],
    [1000, 19, 'not-kept'],
  ])('with %p requests, %p of them over it, is %s', (requests, overBound, state) => {
    expect(boundState(0, { requests, overBound, stoodStill: false })).toBe(state);
  });

  it('is not kept where more than 0.1 % of the requests failed', () => {
    const counts = { requests: 10_000, overBound: 11, stoodStill: false };

    expect(boundState(0.001, counts)).toBe('kept');
    expect(boundState(0.0011, counts)).toBe('not-kept');
  });
});
