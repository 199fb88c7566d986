import { pairSpreadOf } from '../../../../lib/bench/analysis/pair-spread.ts';
import type { CompletedMeasurement } from '../../../../lib/bench/model/record.ts';
import { closed, isCompleted, recordedRun } from '../../../support/recorded-run.ts';
import { normalFrom, onPairs, withRates } from './comparison/run-on-pairs.ts';

const recorded = recordedRun({ repeats: 9, scenarios: ['warm'], levels: [closed(4), closed(16)] });
/** Every repeat of a row has one rate, but for what a factor says. */
const measured = (machines: number, factorOf: (measurement: CompletedMeasurement) => number) => {
  const even = withRates(recorded, (measurement) => 50 / measurement.load.requestRatePerSecond);
  const shared = onPairs(
    even,
    Array.from({ length: machines }, (_, index) => `m${index}`),
  );
  return withRates(shared, factorOf);
};
const spreadOf = ({ records }: typeof recorded) => pairSpreadOf(records.filter(isCompleted));

describe('The variation between machines', () => {
  it('is the rate of each pair against their mean, over all rows', () => {
    const spread = spreadOf(measured(3, ({ pair }) => (pair === 2 ? 1.1 : 1)));
    const middle = 1.1 ** (1 / 3);

    expect(spread?.pairs.map(({ pair, repeats }) => [pair, repeats])).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
    expect(spread?.pairs[1]?.rateShare).toBeCloseTo(1.1 / middle);
    expect(spread?.pairs[0]?.rateShare).toBeCloseTo(1 / middle);
    expect(spread?.between).toBeCloseTo(Math.log(1.1) / Math.sqrt(3));
    expect(spread?.within).toBeCloseTo(0);
  });

  it('is told apart from that between the repeats of one pair', () => {
    const deviates = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((repeat) => normalFrom(repeat)());
    const noisy = measured(3, ({ measurement }) =>
      Math.exp(0.05 * (deviates[measurement.repeat - 1] ?? 0)),
    );
    const { within = 0, between = 0 } = spreadOf(noisy) ?? {};

    expect(within).toBeGreaterThan(0.02);
    expect(within).toBeLessThan(0.08);
    expect(between).toBeLessThan(within);
  });

  it('is known without two repeats of a pair, and not with a single pair or none', () => {
    const single = spreadOf(measured(9, () => 1));

    expect(single?.pairs).toHaveLength(9);
    expect(single?.within).toBeUndefined();
    expect(spreadOf(measured(1, () => 1))).toBeUndefined();
    expect(spreadOf(recorded)).toBeUndefined();
  });
});
