// Searches the limit of a known queue: one request at a time, constant service time, Poisson arrivals (M/D/1). The queue is simulated, so
// the result does not depend on the machine. test/calibration tests the load generator against a clock.
import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { CheckResult } from '../../../../../lib/bench/analysis/summary-row.ts';
import type { SloRate } from '../../../../../lib/bench/analysis/slo-types.ts';
import type { Measurement } from '../../../../../lib/bench/model/measurement.ts';
import type { Plan, SloSearch } from '../../../../../lib/bench/model/plan.ts';
import type { CompletedMeasurement, ResultRecord } from '../../../../../lib/bench/model/record.ts';
import {
  completedMeasurement,
  evenLoad,
  recordedEnvironment,
  recordedTargets,
  closed,
  loadResult,
  planMeasurement,
} from '../../../../support/recorded-run.ts';
import {
  LIMITS,
  measureLimited,
  runSearched,
  searchedPlan,
  type Measure,
} from '../../../../support/searched-plan.ts';
import { searchProgress } from '../../../../../lib/bench/analysis/slo/search.ts';
import { planArrivals } from '../../../../../k6/arrivals.ts';

const summaryOf = (plan: Plan, records: readonly ResultRecord[]) =>
  summarise({ plan, environment: recordedEnvironment, records });

/** Answers trials above a rate with the same latency. */
const answering =
  (
    ms: number,
    { above = 0, ...load }: Partial<CompletedMeasurement['load']> & { above?: number } = {},
  ) =>
  (measurement: Measurement): CompletedMeasurement => {
    const record = measureLimited(measurement);
    if (measurement.level.loop === 'closed' || measurement.level.ratePerSecond <= above)
      return record;
    const even = evenLoad(record.load.offered, ms, measurement.durationSeconds);
    return { ...record, load: { ...even, ...load } };
  };

/** Answers virtual users 18 times a second, whatever their number. */
const measureFew: Measure = (measurement) => {
  const { durationSeconds } = measurement;
  return completedMeasurement(measurement, evenLoad(durationSeconds * 18, 5, durationSeconds));
};

const confirmedRate = (id = ''): number => Number(/[\d.]+(?=\/confirmed)/.exec(id)?.[0]);

const lastLoad = (records: readonly ResultRecord[]): CompletedMeasurement['load'] | undefined => {
  const last = records.at(-1);
  return last?.kind === 'measurement' && last.state === 'completed' ? last.load : undefined;
};

const oneTarget = (...[limits, , overrides]: Parameters<typeof searchedPlan>): Plan =>
  searchedPlan(limits, recordedTargets().slice(0, 1), overrides);

describe('The searches of a plan', () => {
  const plan = searchedPlan([15, 50], undefined, { repeats: 2 });
  const records = runSearched(plan);
  const summary = summaryOf(plan, records);

  it('find the highest rate of each target within each limit, in every repeat', () => {
    const { sloRates = [] } = summary;

    expect(sloRates.map(({ limitMs }) => limitMs)).toEqual([15, 50, 15, 50]);
    for (const { limitMs, state, search, requestRatePerSecond, p99Ms } of sloRates) {
      const limit = LIMITS.find(({ p99Ms: ofLimit }) => ofLimit === limitMs)?.rate ?? 0;
      const { value = 0, interval } = requestRatePerSecond ?? {};
      expect({ state, search }).toMatchObject({
        state: 'kept',
        search: { state: 'found', repeats: 2 },
      });
      expect(value).toBeLessThanOrEqual(limit);
      expect(value).toBeGreaterThan(limit / 1.06);
      // Both repeats found the same two rates, and the limit is between them.
      expect(interval?.low).toBeCloseTo(value, 9);
      expect(interval?.high).toBeGreaterThan(limit);
      expect(interval?.high).toBeLessThanOrEqual(value * 1.05);
      expect(p99Ms).toBeCloseTo(limitMs - 1, 1);
    }
  });

  it('run after all measurements, with the targets in reverse order in every second repeat', () => {
    const ids = plan.searches?.map(({ id }) => id.split('/').slice(0, 2)) ?? [];
    const loops = records.flatMap((record) =>
      record.kind === 'measurement' ? [record.measurement.level.loop] : [],
    );

    expect(loops.indexOf('open')).toBe(plan.measurements.length);
    expect(ids.map(([repeat]) => repeat)).toEqual(
      [1, 1, 1, 1, 2, 2, 2, 2].map((repeat) => `r${repeat}`),
    );
    expect(ids.slice(4).map(([, path]) => path)).toEqual(
      ids
        .slice(0, 4)
        .map(([, path]) => path)
        .toReversed(),
    );
  });

  it('continue if a run was cut off, and end at the same rates', () => {
    const planned = plan.measurements.length;
    for (const cut of [0, planned - 1, planned, planned + 5, records.length - 1]) {
      expect(runSearched(plan, measureLimited, records.slice(0, cut))).toEqual(records);
    }
  });

  it('make a run invalid if one of them was cut off, even if all planned measurements exist', () => {
    const cut = summaryOf(plan, records.slice(0, -1));

    expect(cut.measurements.missing).toBe(0);
    expect(cut.validity?.reasons).toContainEqual(
      expect.objectContaining({ code: 'search-cut-off', limitMs: 50 }),
    );
    expect(summary.validity?.reasons.map(({ code }) => code)).not.toContain('search-cut-off');
  });

  it('have no rows, because their trials overload a target on purpose', () => {
    expect(summary.rows.every(({ level }) => level.loop === 'closed')).toBe(true);
    expect(summary.measurements).toMatchObject({ completed: plan.measurements.length, missing: 0 });
  });

  it('have an interval if the repeats found different rates', () => {
    const one = oneTarget([50], undefined, { repeats: 3 });
    const varied = summaryOf(
      one,
      runSearched(one, (measurement) =>
        answering(90, { above: 50 + 10 * measurement.repeat })(measurement),
      ),
    );
    const { value = 0, interval } = varied.sloRates?.[0]?.requestRatePerSecond ?? {};

    expect(value).toBeGreaterThan(65);
    expect(value).toBeLessThan(70);
    expect(interval?.low).toBeLessThan(60);
    expect(interval?.high).toBeGreaterThan(80);
  });

  it('have no result if only some of the repeats found a rate', () => {
    const one = oneTarget([50], undefined, { repeats: 2 });
    const { sloRates } = summaryOf(
      one,
      runSearched(one, (measurement) =>
        answering(90, { above: measurement.repeat === 1 ? 60 : 0 })(measurement),
      ),
    );

    expect(sloRates).toMatchObject([{ state: 'unknown', search: { state: 'mixed' } }]);
    expect(sloRates?.[0]?.search?.reason).toEqual({
      code: 'some-repeats',
      ratesPerSecond: [expect.closeTo(58, -1)],
      repeats: 2,
    });
    expect(sloRates?.[0]?.requestRatePerSecond).toBeUndefined();
  });
});

const LATE = expect.objectContaining({ check: 'schedule', figure: 0.3 }) as CheckResult;

/** Searches that end without a rate. */
const WITHOUT_RATE: readonly (readonly [
  what: string,
  plan: Plan,
  measure: Measure | undefined,
  state: SloRate['state'],
  search: Partial<SloRate['search']>,
])[] = [
  [
    'the load generator sent late',
    oneTarget([15], undefined, { repeats: 1 }),
    answering(90, { above: 30, delayedShare: 0.3 }),
    'unknown',
    { state: 'no-result', reason: { code: 'failed-check', result: LATE } },
  ],
  [
    'no rate was confirmed',
    oneTarget([50], undefined, { repeats: 1 }),
    (one) => answering(90, { above: one.id.endsWith('/confirmed') ? 0 : 60 })(one),
    'unknown',
    { state: 'no-result', trials: 12 },
  ],
  [
    'no rate kept the limit',
    oneTarget([15], undefined, { repeats: 1 }),
    answering(90),
    'not-kept',
    // 662 requests in ten windows of 30 s are 2.2 a second.
    {
      state: 'none',
      reason: { code: 'none-kept', lowestPerSecond: 4.38 },
    },
  ],
  [
    'virtual users wait longer than the limit',
    oneTarget([15], undefined, { repeats: 1 }),
    (one) => measureLimited(one, { aloneMs: 30 }),
    'not-kept',
    {
      state: 'none',
      trials: 0,
      reason: {
        code: 'median-above-limit',
        medianMs: expect.closeTo(30, 0) as number,
        limitMs: 15,
      },
    },
  ],
  [
    'its windows are too short',
    oneTarget([15], undefined, { repeats: 1, durationSeconds: 3 }),
    measureFew,
    'unknown',
    // 662 ÷ (10 · 0.5 · 0.7 · 18) s.
    {
      state: 'no-result',
      trials: 0,
      reason: {
        code: 'short-windows',
        durationSeconds: 3,
        ratePerSecond: expect.closeTo(12.6) as number,
        neededSeconds: 11,
      },
    },
  ],
  [
    'the measurements with virtual users are missing',
    oneTarget([15]),
    undefined,
    'unknown',
    { state: 'not-started', trials: 0 },
  ],
];

describe('A search has no rate if', () => {
  it.each(WITHOUT_RATE)('%s', (_, plan, measure, state, search) => {
    const records = measure === undefined ? [] : runSearched(plan, measure);
    const { sloRates, validity } = summaryOf(plan, records);

    expect(sloRates).toMatchObject([{ state, search }]);
    expect(sloRates?.[0]?.requestRatePerSecond).toBeUndefined();
    expect(validity?.reasons.some(({ code }) => code === 'search-without-result')).toBe(
      search?.state === 'no-result',
    );
  });
});

describe('A search', () => {
  it('confirms its rate with a second window, and continues below it if that fails', () => {
    const one = oneTarget([50], undefined, { repeats: 1 });
    const tried: string[] = [];
    const records = runSearched(one, (measurement) => {
      tried.push(measurement.id.split('/').slice(4).join('/'));
      // The first rate to be confirmed kept the limit by luck.
      const isLuck =
        measurement.id.endsWith('/confirmed') &&
        !tried.slice(0, -1).some((id) => id.endsWith('/confirmed'));
      return answering(90, { above: isLuck ? 0 : 60 })(measurement);
    });
    const confirmed = tried.filter((id) => id.endsWith('/confirmed'));
    const [rate] = summaryOf(one, records).sloRates ?? [];

    expect(confirmed).toHaveLength(2);
    expect(confirmedRate(confirmed[1])).toBeLessThan(confirmedRate(confirmed[0]));
    expect(rate).toMatchObject({ state: 'kept', search: { state: 'found' } });
    expect(rate?.requestRatePerSecond?.value).toBeCloseTo(confirmedRate(confirmed[1]), 9);
    // Only those of the confirming window.
    expect(rate?.requests).toBe(lastLoad(records)?.succeeded);
  });

  it('counts a trial without figures as failing', () => {
    const one = oneTarget([50], undefined, { repeats: 1 });
    const records = runSearched(one, (measurement) => {
      const record = measureLimited(measurement);
      const isTooMuch = measurement.level.loop === 'open' && measurement.level.ratePerSecond > 60;
      return isTooMuch
        ? ({ ...record, state: 'failed', code: 'X', message: 'it ended' } as never)
        : record;
    });

    expect(summaryOf(one, records).sloRates?.[0]?.requestRatePerSecond?.value).toBeCloseTo(58, -1);
  });
});

const SERVICE_MS = 4;
const CAPACITY = 1000 / SERVICE_MS;
const USERS = 8;

/** Below 95 % of the capacity, fewer than 1 % of the requests in an M/D/1 queue wait for 50 others. */
const BOUND_MS = 50 * SERVICE_MS;

const [target] = recordedTargets();
const search: SloSearch = {
  id: `slo-p99-${BOUND_MS}/delay`,
  target,
  engine: 'delay',
  p99Ms: BOUND_MS,
  warmupSeconds: 5,
  durationSeconds: 60,
  timeoutMs: 60_000,
  repeat: 1,
};

/** Latencies of a simulated server, from the planned send times. */
const latenciesOf = ({ level, warmupSeconds, durationSeconds }: Measurement): readonly number[] => {
  if (level.loop === 'closed') {
    const count = durationSeconds * CAPACITY;
    return Array.from({ length: count }, () => level.virtualUsers * SERVICE_MS);
  }
  const arrivals = { ...level, seed: 7, rampMs: 0 };
  let freeMs = 0;
  const latenciesMs: number[] = [];
  for (const sentMs of planArrivals(arrivals, 1000 * (warmupSeconds + durationSeconds))) {
    freeMs = Math.max(freeMs, sentMs) + SERVICE_MS;
    if (sentMs >= 1000 * warmupSeconds) latenciesMs.push(freeMs - sentMs);
  }
  return latenciesMs;
};

const measure = (measurement: Measurement): CompletedMeasurement =>
  completedMeasurement(
    measurement,
    loadResult(latenciesOf(measurement), measurement.durationSeconds),
  );

it('A search finds the highest rate that a known queue serves within the limit', () => {
  const records = [
    measure(planMeasurement({ engine: 'delay', level: closed(USERS), durationSeconds: 1 })),
  ];
  let progress = searchProgress(search, records);
  while (progress.next !== undefined) {
    records.push(measure(progress.next));
    progress = searchProgress(search, records);
  }
  const [kept = 0, failing = 0] = [progress.highestKept, progress.lowestFailing].map(
    (trial) => trial?.ratePerSecond,
  );

  expect(progress.state).toBe('found');
  expect(failing / kept).toBeLessThanOrEqual(1.05);
  expect(failing).toBeGreaterThan(0.95 * CAPACITY);
  expect(kept).toBeLessThan(1.01 * CAPACITY);
});
