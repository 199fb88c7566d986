import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import { mergeRuns } from '../../../../lib/bench/aws/merge-runs.ts';
import {
  dealAgain,
  leftByPair,
  repeatProgress,
  shareRepeats,
  workOfRepeats,
  type Repeats,
} from '../../../../lib/bench/aws/repeats.ts';
import type { Measurement } from '../../../../lib/bench/model/measurement.ts';
import type { ResultRecord } from '../../../../lib/bench/model/record.ts';
import { repeatOf } from '../../../../lib/bench/plan/tuning.ts';
import { createMeasurementQueue } from '../../../../lib/bench/run/measurement-queue.ts';
import {
  closed,
  failedMeasurement,
  recordedEnvironment,
  recordedRun,
} from '../../../support/recorded-run.ts';
import { measureLimited, searchedPlan } from '../../../support/searched-plan.ts';
import { measureOn, searched, tunedPlan } from '../../../support/tuned-plan.ts';

const planOf = (repeats: number) => recordedRun({ levels: [closed(1)], repeats }).plan;
const shared = (repeats: number, pairs: readonly number[]) => shareRepeats(planOf(repeats), pairs);

describe('The shares of node pairs in a plan', () => {
  it('give pair i of N the repeats i, i + N, …, whatever the numbers of the pairs', () => {
    expect(shared(5, [1, 2, 3])).toEqual({ 1: [1, 4], 2: [2, 5], 3: [3] });
    expect(shared(5, [7, 4])).toEqual({ 4: [1, 3, 5], 7: [2, 4] });
    expect(shared(3, [9])).toEqual({ 9: [1, 2, 3] });
  });

  it('give all measurements of a repeat, no-op limits included, to one pair', () => {
    const plan = planOf(3);
    const shares = Object.values(shareRepeats(plan, [1, 2])).map(
      (repeats) => workOfRepeats(plan, repeats).measurements,
    );

    expect(shares).toEqual([
      plan.measurements.filter(({ repeat }) => repeat !== 2),
      plan.measurements.filter(({ repeat }) => repeat === 2),
    ]);
    expect(new Set(shares[1]?.map(({ engine }) => engine))).toEqual(new Set(['onnx', 'noop']));
  });

  it('give the searches of a repeat to the same pair', () => {
    const plan = searchedPlan([15, 50], undefined, { repeats: 3 });
    const { searches } = workOfRepeats(plan, [1, 3]);

    expect(searches).toEqual(plan.searches?.filter(({ repeat }) => repeat !== 2));
    expect(searches).toHaveLength(2 * 2 * 2);
  });

  it('cannot be made for more pairs than repeats', () => {
    expect(() => shared(2, [1, 2, 3])).toThrow(
      expect.objectContaining({
        code: 'BENCH_NO_REPEAT',
        hint: expect.stringContaining('--repeats 3') as unknown,
      }) as Error,
    );
  });
});

describe('A search for settings', () => {
  const SETTINGS = ['default', { instances: 2, threads: 1, maxBatch: 8, batchDelayMs: 0 }] as const;
  const plan = { ...tunedPlan(SETTINGS), measurements: [], searches: [] };
  const { tuning, options } = plan;
  const last = repeatOf(tuning, 'final', options.repeats);
  const all = Array.from({ length: last }, (_, at) => at + 1);
  const records = searched(plan, measureOn({ fixedMs: 8, perInputMs: 2 }, 3)).map((record) => ({
    ...record,
    pair: 2,
  }));
  const cutOff = records.slice(0, -3);
  const progressAfter = (known: readonly ResultRecord[]) => repeatProgress(plan, { 2: all }, known);

  it('is done by one pair as a whole', () => {
    expect(shareRepeats(plan, [2])).toEqual({ 2: all });
    expect(() => shareRepeats(plan, [2, 3])).toThrow(
      expect.objectContaining({
        code: 'BENCH_NO_REPEAT',
        hint: expect.stringContaining('--pairs 2') as unknown,
      }) as Error,
    );
  });

  it('has as much left as it is expected to take, until it is over', () => {
    const [before, underway, after] = [[], cutOff, records].map(
      (known) => leftByPair(progressAfter(known), [2]).get(2)?.measurements.length,
    );

    expect(before).toBeGreaterThan(10);
    expect(underway).toBe(3);
    expect(after).toBeUndefined();
    expect(progressAfter(records)[0]?.isOver).toBe(true);
  });

  it('stays with its pair, or begins again on another one if that is lost', () => {
    expect(dealAgain(progressAfter(cutOff), [1, 2])).toEqual({ 1: [], 2: all });
    expect(dealAgain(progressAfter(cutOff), [1, 3])).toEqual({ 1: all, 3: [] });
    expect(dealAgain(progressAfter(records), [1])).toEqual({ 1: [], 2: all });
  });
});

describe('The rest of a run', () => {
  const { plan, records } = recordedRun({ repeats: 4, scenarios: ['warm'], engines: ['onnx'] });
  /** Records of the first measurements of a repeat by a pair; of all measurements if `count` is undefined. */
  const measured = (pair: number, repeat: number, count?: number): readonly ResultRecord[] =>
    records
      .filter((record) => record.kind === 'measurement' && record.measurement.repeat === repeat)
      .slice(0, count)
      .map((record) => ({ ...record, pair }));
  const measurementsOf = (repeat: number): readonly Measurement[] =>
    plan.measurements.filter((measurement) => measurement.repeat === repeat);
  /** The shares of three pairs in four repeats. */
  const SHARES = { 1: [1, 4], 2: [2], 3: [3] };
  const resumed = (
    all: readonly ResultRecord[],
    pairs: readonly number[],
    shares: Repeats = SHARES,
  ) => dealAgain(repeatProgress(plan, shares, all), pairs);
  const leftIn = (all: readonly ResultRecord[], shares: Repeats, pair: number) =>
    leftByPair(repeatProgress(plan, shares, all), [pair]).get(pair)?.measurements ?? [];

  it('stays with its pairs, and goes to the others as a whole if it was a lost pair’s', () => {
    const all = [...measured(1, 1, 3), ...measured(2, 2), ...measured(2, 4, 2), ...measured(3, 3)];
    const repeats = resumed(all, [1, 3], { 1: [1], 2: [2, 4], 3: [3] });

    // The lost pair 2 had finished repeat 2.
    expect(repeats).toEqual({ 1: [1, 4], 2: [2], 3: [3] });
    expect(leftIn(all, repeats, 1)).toEqual([...measurementsOf(1).slice(3), ...measurementsOf(4)]);
    expect(leftIn(all, repeats, 3)).toEqual([]);
  });

  it('is dealt to the pairs in turn', () => {
    expect(resumed([], [3, 4], { 1: [1, 3], 2: [2, 4] })).toEqual({ 3: [1, 2], 4: [3, 4] });
  });

  it('survives a second resume, and the return of a lost pair', () => {
    const all = [...measured(1, 1), ...measured(2, 2, 2), ...measured(3, 3)];
    const second = [...all, ...measured(1, 2, 4), ...measured(1, 4)];
    const once = resumed(all, [1, 3]);

    expect(once).toEqual({ 1: [1, 4, 2], 3: [3] });
    expect(resumed(second, [2, 3], once)).toEqual({ 1: [1, 4], 2: [2], 3: [3] });
    expect(resumed(second, [1, 2, 3], once)).toEqual({ ...once, 2: [] });
  });

  it('has a failed measurement again, for the pair that took it; for another pair only if nothing else of the repeat was measured', () => {
    const shares = { 1: [1], 2: [2, 3, 4] };
    const failed = measurementsOf(1).map((measurement) => ({
      ...failedMeasurement(measurement),
      pair: 1,
    }));
    const others = [2, 3, 4].flatMap((repeat) => measured(2, repeat));
    const oneFailed = [...failed.slice(0, 1), ...measured(1, 1).slice(1), ...others];

    expect(leftIn(oneFailed, shares, 1)).toEqual(measurementsOf(1).slice(0, 1));
    expect(resumed(oneFailed, [2], shares)).toEqual(shares);
    expect(resumed([...failed, ...others], [2], shares)).toEqual({ 2: [2, 3, 4, 1] });
    expect(leftIn([...oneFailed, ...measured(1, 1, 1)], shares, 1)).toEqual([]);
  });
});

describe('A repeat with searches', () => {
  /** Two repeats of the measurements from which searches start, and of the searches on two targets. */
  const plan = searchedPlan([15], undefined, { repeats: 2 });

  /** The repeats of each pair. */
  const SHARES = { 1: [1], 2: [2] };

  /** The records of a pair for a repeat, up to a number of measurements. */
  const measure = (pair: number, repeat: number, limit = Infinity): readonly ResultRecord[] => {
    const { measurements, searches } = workOfRepeats(plan, [repeat]);
    const records: ResultRecord[] = [];
    const queue = createMeasurementQueue({ searches }, measurements, () => false, []);
    for (
      let next = queue.next();
      next !== undefined && records.length < limit;
      next = queue.next()
    ) {
      const record = measureLimited(next.measurement, { pair });
      records.push(record);
      queue.note(record);
    }
    return records;
  };
  const ratesOf = (records: readonly ResultRecord[]) =>
    summarise(
      mergeRuns(
        [1, 2, 3].map((pair) => ({
          pair,
          plan,
          environment: recordedEnvironment,
          records: records.filter((record) => record.pair === pair),
        })),
        SHARES,
      ),
    ).sloRates?.map(({ search, requestRatePerSecond }) => [search?.state, requestRatePerSecond]);
  const stateOf = (records: readonly ResultRecord[]) =>
    repeatProgress(plan, SHARES, records).map(({ isOver, left }) => [
      isOver,
      left.measurements.length,
      left.searches.length,
    ]);

  const measurementCount = workOfRepeats(plan, [2]).measurements.length;
  const both = [...measure(1, 1), ...measure(2, 2)];

  it('is over when its measurements are measured and its searches have ended', () => {
    expect(stateOf(both)).toEqual([
      [true, 0, 0],
      [true, 0, 0],
    ]);
    expect(stateOf([...measure(1, 1), ...measure(2, 2, measurementCount + 1)])[1]).toEqual([
      false,
      0,
      2,
    ]);
    expect(stateOf(measure(1, 1))[1]).toEqual([false, measurementCount, 2]);
    // Searches that cannot start do not keep the repeat from being over.
    const dead = workOfRepeats(plan, [2]).measurements.map((measurement) => ({
      ...measureLimited(measurement, { pair: 2 }),
      load: { ...measureLimited(measurement).load, requestRatePerSecond: 0 },
    }));
    expect(stateOf(dead)[1]).toEqual([true, 0, 0]);
  });

  it('is searched again by the pair that takes it over, and ends at the same rates', () => {
    const lost = measure(3, 2, measurementCount + 5);
    const records = [...measure(1, 1), ...measure(2, 2), ...lost];

    expect(stateOf(records)[1]).toEqual([true, 0, 0]);
    expect(ratesOf(records)).toEqual(ratesOf(both));
    expect(new Set(ratesOf(both)?.map(([state]) => state))).toEqual(new Set(['found']));
  });
});
