import type { CompletedMeasurement } from '../model/record.ts';
import { meanOf } from '../stats/moments.ts';
import { groupBy } from './group-by.ts';
import { rowKey } from './row-order.ts';

/** How fast the machines of a node pair were, beside those of the others. */
export interface PairSpread {
  readonly pair: number;
  readonly repeats: number;
  /** Request rate of its repeats ÷ the mean of all pairs, over all rows. */
  readonly rateShare: number;
}

/**
 * How much the pairs that shared a run differ in request rate, by the logarithm of each rate ÷ the mean of its row. Without no-op
 * limits and open loops, whose rate is not the serving's. Undefined for fewer than two pairs with figures.
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
  const ratios = [...rows].flatMap((row) => {
    const logarithms = row.map(({ load }) => Math.log(load.requestRatePerSecond));
    const middle = meanOf(logarithms);
    return row.map(({ pair = 0, measurement: { repeat } }, index) => ({
      pair,
      repeat,
      ratio: (logarithms[index] ?? middle) - middle,
    }));
  });
  const pairs = [...groupBy(ratios, ({ pair }) => String(pair)).values()].map((own) => ({
    pair: own[0].pair,
    repeats: new Set(own.map(({ repeat }) => repeat)).size,
    mean: meanOf(own.map(({ ratio }) => ratio)),
  }));
  if (pairs.length < 2) return undefined;
  const middle = meanOf(pairs.map(({ mean }) => mean));
  return pairs
    .toSorted((a, b) => a.pair - b.pair)
    .map(({ pair, repeats, mean }) => ({ pair, repeats, rateShare: Math.exp(mean - middle) }));
};
