import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import { mergeRuns } from '../../../../lib/bench/aws/merge-runs.ts';
import { repeatProgress } from '../../../../lib/bench/aws/repeat-progress.ts';
import { workOfRepeats } from '../../../../lib/bench/plan/share-repeats.ts';
import type { ResultRecord } from '../../../../lib/bench/model/record.ts';
import { createMeasurementQueue } from '../../../../lib/bench/run/measurement-queue.ts';
import { recordedEnvironment } from '../../../support/recorded-run.ts';
import { measureLimited, searchedPlan } from '../../../support/searched-plan.ts';

/** Two repeats of the measurements from which searches start, and of the searches on two targets. */
const plan = searchedPlan([15], undefined, { repeats: 2 });

/** The records of a pair for a repeat, up to a number of measurements. */
const measure = (pair: number, repeat: number, limit = Infinity): readonly ResultRecord[] => {
  const { measurements, searches } = workOfRepeats(plan, [repeat]);
  const records: ResultRecord[] = [];
  const queue = createMeasurementQueue({ searches }, measurements, () => false, []);
  for (let next = queue.next(); next !== undefined && records.length < limit; next = queue.next()) {
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
    ),
  ).sloRates?.map(({ search, requestRatePerSecond }) => [search?.state, requestRatePerSecond]);
const stateOf = (records: readonly ResultRecord[]) =>
  repeatProgress(plan, records).map(({ holder, isOver, left }) => [
    holder,
    isOver,
    left.measurements.length,
    left.searches.length,
  ]);

const measurementCount = workOfRepeats(plan, [2]).measurements.length;
const both = [...measure(1, 1), ...measure(2, 2)];

describe('a repeat with searches', () => {
  it('is over when its measurements are measured and its searches have ended', () => {
    expect(stateOf(both)).toEqual([
      [1, true, 0, 0],
      [2, true, 0, 0],
    ]);
    expect(stateOf([...measure(1, 1), ...measure(2, 2, measurementCount + 1)])[1]).toEqual([
      2,
      false,
      0,
      2,
    ]);
    expect(stateOf(measure(1, 1))[1]).toEqual([undefined, false, measurementCount, 2]);
    // Searches that cannot start do not keep the repeat from being over.
    const dead = workOfRepeats(plan, [2]).measurements.map((measurement) => ({
      ...measureLimited(measurement, { pair: 2 }),
      load: { ...measureLimited(measurement).load, requestRatePerSecond: 0 },
    }));
    expect(stateOf(dead)[1]).toEqual([2, true, 0, 0]);
  });

  it('is searched again by the pair that takes it over, and ends at the same rates', () => {
    const lost = measure(3, 2, measurementCount + 5);
    const records = [...measure(1, 1), ...measure(2, 2), ...lost];

    expect(stateOf(records)[1]).toEqual([2, true, 0, 0]);
    expect(ratesOf(records)).toEqual(ratesOf(both));
    expect(new Set(ratesOf(both)?.map(([state]) => state))).toEqual(new Set(['found']));
  });
});
