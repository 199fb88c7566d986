import { number, object, type Static } from '../../../serving-configs/schema.ts';
import type { CompletedMeasurement } from '../model/record.ts';
import { meanOf } from '../stats/moments.ts';
import { groupBy } from './group-by.ts';
import { rowKey } from '../model/measurement.ts';

export const pairSpreadSchema = object(
  {
    pair: number(),
    repeats: number(),
    rateShare: number(
      'Request rate of its repeats ÷ the geometric mean of all pairs, over all rows.',
    ),
  },
  'How fast the nodes of one pair were, compared with the other pairs.',
);
export interface PairSpread extends Static<typeof pairSpreadSchema> {}

/**
 * How much the pairs that shared a run differ in request rate, from the logarithm of each rate ÷ the mean of its row. Leaves out no-op
 * limits, and open loops, whose rate is given. Undefined for fewer than two pairs with figures.
 */
export const pairSpreadOf = (
  completed: Iterable<CompletedMeasurement>,
): readonly PairSpread[] | undefined => {
  const measurements = [...completed].filter(
    ({ measurement, load, pair }) =>
      pair !== undefined &&
      measurement.engine !== 'noop' &&
      measurement.level.loop === 'closed' &&
      load.requestRatePerSecond > 0,
  );
  const rows = groupBy(measurements, ({ measurement }) => rowKey(measurement)).values();
  const logRatios = [...rows].flatMap((row) => {
    const logRates = row.map(({ load }) => Math.log(load.requestRatePerSecond));
    const rowMean = meanOf(logRates);
    return row.map(({ pair = 0, measurement: { repeat } }, index) => ({
      pair,
      repeat,
      logRatio: (logRates[index] ?? rowMean) - rowMean,
    }));
  });
  const pairs = [...groupBy(logRatios, ({ pair }) => String(pair)).values()].map((group) => ({
    pair: group[0].pair,
    repeats: new Set(group.map(({ repeat }) => repeat)).size,
    mean: meanOf(group.map(({ logRatio }) => logRatio)),
  }));
  if (pairs.length < 2) return undefined;
  const overallMean = meanOf(pairs.map(({ mean }) => mean));
  return pairs
    .toSorted((a, b) => a.pair - b.pair)
    .map(({ pair, repeats, mean }) => ({ pair, repeats, rateShare: Math.exp(mean - overallMean) }));
};
