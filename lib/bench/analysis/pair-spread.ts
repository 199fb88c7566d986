import type { CompletedMeasurement } from '../model/record.ts';
import { groupBy } from './group-by.ts';
import { rowKey } from './row-order.ts';
import { meanOf, squaresOf, sum, varianceOf } from '../stats/moments.ts';

/** How much the machines of node pairs that shared a run differ in request rate. */
export interface PairSpread {
  /** By number. */
  readonly pairs: readonly {
    readonly pair: number;
    readonly repeats: number;
    /** Request rate of its repeats ÷ that of all pairs, over all rows. */
    readonly rateShare: number;
  }[];
  /** Standard deviation of the pairs' rates, as a share of the rate. */
  readonly between: number;
  /** The same of the repeats of one pair, pooled over the pairs; absent if no pair has two. */
  readonly within?: number;
}

/**
 * How much the pairs differ, compared with the repeats of one pair: each repeat by the mean over its rows of the logarithm of
 * its rate ÷ the row's. Without no-op limits and open loops, whose rate is not the serving's. Undefined for fewer than two
 * pairs with figures.
 */
export const pairSpreadOf = (completed: Iterable<CompletedMeasurement>): PairSpread | undefined => {
  const measurements = [...completed].filter(
    ({ measurement, load, pair }) =>
      pair !== undefined &&
      measurement.engine !== 'noop' &&
      measurement.level.loop === 'closed' &&
      load.requestRatePerSecond > 0,
  );
  const ratios = [
    ...groupBy(measurements, ({ measurement }) => rowKey(measurement)).values(),
  ].flatMap((row) => {
    const logarithms = row.map(({ load }) => Math.log(load.requestRatePerSecond));
    const middle = meanOf(logarithms);
    return row.map(({ pair = 0, measurement }, index) => ({
      pair,
      repeat: measurement.repeat,
      ratio: (logarithms[index] ?? middle) - middle,
    }));
  });
  const pairs = [...groupBy(ratios, ({ pair }) => String(pair))]
    .map(([pair, own]) => ({
      pair: Number(pair),
      repeats: [...groupBy(own, ({ repeat }) => String(repeat)).values()].map((all) =>
        meanOf(all.map(({ ratio }) => ratio)),
      ),
    }))
    .toSorted((a, b) => a.pair - b.pair);
  if (pairs.length < 2) return undefined;
  const means = pairs.map(({ repeats }) => meanOf(repeats));
  const middle = meanOf(means);
  const freedom = sum(pairs.map(({ repeats }) => repeats.length - 1));
  return {
    pairs: pairs.map(({ pair, repeats }, index) => ({
      pair,
      repeats: repeats.length,
      rateShare: Math.exp((means[index] ?? middle) - middle),
    })),
    between: Math.sqrt(varianceOf(means)),
    within:
      freedom === 0
        ? undefined
        : Math.sqrt(sum(pairs.map(({ repeats }) => squaresOf(repeats))) / freedom),
  };
};
