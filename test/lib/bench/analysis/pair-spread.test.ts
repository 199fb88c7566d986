import { pairSpreadOf } from '../../../../lib/bench/analysis/pair-spread.ts';
import type { CompletedMeasurement } from '../../../../lib/bench/model/record.ts';
import { closed, isCompleted, recordedRun } from '../../../support/recorded-run.ts';
import { onPairs, withRates } from './comparison/run-on-pairs.ts';

const recorded = recordedRun({ repeats: 9, scenarios: ['warm'], levels: [closed(4), closed(16)] });
/** A run on several machines in which all repeats of a row have the same rate, times a factor. */
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
  it('is the rate of each pair divided by their mean, over all rows', () => {
    const spread = spreadOf(measured(3, ({ pair }) => (pair === 2 ? 1.1 : 1)));
    const middle = 1.1 ** (1 / 3);

    expect(spread).toEqual([
      { pair: 1, repeats: 3, rateShare: expect.closeTo(1 / middle) as number },
      { pair: 2, repeats: 3, rateShare: expect.closeTo(1.1 / middle) as number },
      { pair: 3, repeats: 3, rateShare: expect.closeTo(1 / middle) as number },
    ]);
  });

  it('is unknown with fewer than two pairs', () => {
    expect(spreadOf(measured(9, () => 1))).toHaveLength(9);
    expect(spreadOf(measured(1, () => 1))).toBeUndefined();
    expect(spreadOf(recorded)).toBeUndefined();
  });
});
