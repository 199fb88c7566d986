/*
 * A percentile of all answers of a run, and how far chance may have moved it.
 *
 * A repeat of a short run has a few dozen answers: its own p95 is the second or third slowest of them, and how far that lies from the true
 * one depends on their number. The p95 of all answers does not. Its uncertainty comes from drawing whole repeats, because the answers
 * within a repeat depend on each other. `test/calibration/verdicts.test.ts` shows by simulation how often verdicts from it are wrong.
 */
import {
  bucketValue,
  type Distribution,
  firstWhere,
  HISTOGRAM_RESOLUTION,
  mergeDistributions,
  percentilesOf,
  valuesAbove,
} from './histogram.ts';
import { sum, varianceOf } from './moments.ts';
import { createRandom } from './random.ts';
import type { RunFigure } from './run-ratios.ts';

/** A standard deviation from so many draws is known to 1 ÷ √(2 × 400) = 3.5 %. */
const DRAWS = 400;

/**
 * The variance of a figure of all repeats, by the bootstrap: draws as many repeats as there are, some twice and others not at all, and
 * computes the figure again. Draws scatter around the mean of the repeats, not around the true one, so that their variance is too small by
 * n ÷ (n − 1). The same repeats always give the same variance.
 *
 * @param figureOf the figure if each repeat counts as often as its weight says
 * @see Davison and Hinkley (1997), Bootstrap Methods and their Application, 2.2 and 3.8
 */
const drawnVariance = (
  repeats: number,
  figureOf: (weights: readonly number[]) => number,
): number => {
  const random = createRandom(repeats);
  const draws = Array.from({ length: DRAWS }, () => {
    const weights = Array.from({ length: repeats }, () => 0);
    for (let drawn = 0; drawn < repeats; drawn += 1) {
      const at = Math.floor(random() * repeats);
      weights[at] = (weights[at] ?? 0) + 1;
    }
    return figureOf(weights);
  });
  return (varianceOf(draws) * repeats) / (repeats - 1);
};

/** Returns a function that computes the logarithm of a percentile if each repeat counts as often as its weight says. */
const weightedLog = (percentile: number, repeats: readonly Distribution[]) => {
  const buckets = mergeDistributions(repeats)?.indexes ?? [];
  const count = repeats.length;
  // For each bucket, how many answers of each repeat it and those below it have. A flat array, because it is read millions of times.
  const upTo = new Float64Array(buckets.length * count);
  for (const [at, repeat] of repeats.entries()) {
    let next = 0;
    let reached = 0;
    for (const [position, index] of buckets.entries()) {
      if (repeat.indexes[next] === index) {
        reached = repeat.upTo[next] ?? 0;
        next += 1;
      }
      upTo[position * count + at] = reached;
    }
  }
  return (weights: readonly number[]): number => {
    const countAt = (position: number): number => {
      let weighted = 0;
      for (let at = 0; at < count; at += 1) {
        weighted += (upTo[position * count + at] ?? 0) * (weights[at] ?? 0);
      }
      return weighted;
    };
    const total = countAt(buckets.length - 1);
    const rank = Math.max(1, Math.ceil((percentile / 100) * total * (1 - Number.EPSILON)));
    const at = firstWhere(buckets.length, (position) => countAt(position) >= rank);
    return Math.log(bucketValue(buckets[at] ?? Number.NaN));
  };
};

/** How many standard errors a percentile must be able to move. */
const REACH = 3;

/**
 * Lower limit of the standard error, for a percentile at the edge of a second peak: if about 5 % of the answers are far slower, p95 is the
 * time of a usual answer in one run and of a slow one in the next, and the few repeats of a run seldom show both. So the interval must reach
 * as far as the times {@link REACH} standard errors of the share of answers above p95 away (Woodruff 1952), beyond the edge if it is near.
 * That share is known no better than independent answers would tell.
 */
const leastError = (repeats: readonly Distribution[], percentile: number): number => {
  const merged = mergeDistributions(repeats);
  if (merged === undefined) return Number.NaN;
  const { total } = merged;
  const share = 1 - percentile / 100;
  const [value = Number.NaN] = percentilesOf(merged, [percentile]);
  const excesses = repeats.map((repeat) => valuesAbove(repeat, value) - share * repeat.total);
  const between =
    sum(excesses.map((excess) => excess ** 2)) * (repeats.length / (repeats.length - 1));
  const deviation = Math.sqrt(Math.max(between / total ** 2, (share * (1 - share)) / total));
  const [low = Number.NaN, high = Number.NaN] = percentilesOf(merged, [
    Math.max(0, percentile - 100 * REACH * deviation),
    Math.min(100, percentile + 100 * REACH * deviation),
  ]);
  return Math.max(HISTOGRAM_RESOLUTION, Math.log(high / value), Math.log(value / low)) / REACH;
};

/**
 * A percentile of all answers of a run, or the ratio of two.
 *
 * @param repeats at least 2
 * @param divisors those of an earlier run, each measured on the same node pair as the repeat at its place, so that what a pair does to
 *   both cancels; without them, the figure is that of one run
 */
export const percentileFigure = (
  percentile: number,
  repeats: readonly Distribution[],
  divisors: readonly Distribution[] = [],
): RunFigure => {
  const log = weightedLog(percentile, repeats);
  const divisorLog = divisors.length === 0 ? () => 0 : weightedLog(percentile, divisors);
  const logWith = (weights: readonly number[]): number => log(weights) - divisorLog(weights);
  const least = Math.max(
    ...[repeats, divisors]
      .filter(({ length }) => length > 0)
      .map((run) => leastError(run, percentile)),
  );
  return {
    log: logWith(repeats.map(() => 1)),
    variance: Math.max(drawnVariance(repeats.length, logWith), least ** 2) * repeats.length,
    repeats: repeats.length,
  };
};
