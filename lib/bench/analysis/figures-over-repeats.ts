import { BenchError } from '../model/errors.ts';
import type { LatencySummary, LoadResult } from '../model/load-result.ts';
import {
  type Distribution,
  meanOfDistribution,
  mergeDistributions,
  percentileOfRepeat,
  percentilesOf,
  readDistribution,
  MICROSECONDS_PER_MS,
} from '../stats/histogram.ts';
import { type Estimate, type RepeatFigure, repeatsInterval } from '../stats/interval.ts';
import { meanOf, sum } from '../stats/moments.ts';
import { greatestClaimedShare } from '../stats/percentile-claim.ts';
import { formatFigure } from '../wording/format-number.ts';

/** Buckets of histograms are 0.1 % wide. */
const MEAN_TOLERANCE = 0.01;
const MEAN_TOLERANCE_MS = 0.01;

/**
 * Decodes a histogram.
 *
 * @param owner of the histogram, for the error message
 * @param expected the number of values and their mean, which its record has too; not compared without
 * @throws BenchError `BENCH_DAMAGED` if it cannot be read, or holds other values
 */
export const readHistogram = (
  owner: string,
  histogram: string,
  expected?: Pick<LatencySummary, 'count' | 'meanMs'>,
): Distribution => {
  const damaged = (why: string, cause?: unknown): BenchError =>
    new BenchError('BENCH_DAMAGED', `results.jsonl is damaged: the histogram of ${owner} ${why}`, {
      hint: 'delete that line, and --resume repeats its measurement; or start a new run',
      cause,
    });
  let distribution: Distribution;
  try {
    distribution = readDistribution(histogram);
  } catch (error) {
    throw damaged('cannot be read', error);
  }
  if (expected === undefined) return distribution;
  const { count, meanMs } = expected;
  if (distribution.total !== count) {
    throw damaged(`has ${distribution.total} response times, and its record ${count}`);
  }
  const ownMeanMs = meanOfDistribution(distribution) / MICROSECONDS_PER_MS;
  if (count > 0 && Math.abs(ownMeanMs - meanMs) > MEAN_TOLERANCE * meanMs + MEAN_TOLERANCE_MS) {
    throw damaged(
      `has a mean response time of ${formatFigure(ownMeanMs)} ms, and its record ${formatFigure(meanMs)} ms`,
    );
  }
  return distribution;
};

/** Latencies of the repeats that have answers, and of all of them together, in microseconds. */
export interface Latencies {
  readonly repeats: readonly Distribution[];
  readonly merged: Distribution;
}

/**
 * Merges the latencies of repeats by adding the counts of each bucket. Percentiles of the sum are those of all answers, which the mean of
 * the repeats' percentiles is not.
 *
 * @returns undefined if there are no answers
 */
export const latenciesOf = (distributions: readonly Distribution[]): Latencies | undefined => {
  const repeats = distributions.filter(({ total }) => total > 0);
  const merged = mergeDistributions(repeats);
  return merged === undefined ? undefined : { repeats, merged };
};

/** A percentile of all answers, in milliseconds. */
export const percentileMs = ({ merged }: Latencies, percentile: number): number => {
  const [value = Number.NaN] = percentilesOf(merged, [percentile]);
  return value / MICROSECONDS_PER_MS;
};

/** A percentile of all answers in milliseconds, with its interval over the repeats. */
export const percentileEstimate = (latencies: Latencies, percentile: number): Estimate => {
  const value = percentileMs(latencies, percentile);
  // Microseconds, unlike the figure: only their ratios count.
  const repeats = latencies.repeats.map((repeat) => percentileOfRepeat(repeat, percentile));
  return { value, interval: repeatsInterval(value, repeats) };
};

/** Percentiles that a distribution has besides those at even steps. */
export const NAMED_PERCENTILES: readonly number[] = [50, 75, 90, 95, 99, 99.9, 99.99];

/** Steps of a distribution from 0 to 90 %, from there to 99 %, and so on. */
const STEPS_PER_DECADE = 10;

/** Percentages are exact to a ten thousandth of what remains at 99.9 %. */
const PERCENT_DIGITS = 7;

/**
 * The percentiles of all answers at even steps of the logarithm of 1 − percentile, as HdrHistogram prints them, and the named ones. It
 * ends at the greatest percentile that the number of answers supports.
 */
export const distributionOf = (
  latencies: Latencies,
): readonly { readonly percent: number; readonly ms: number }[] => {
  const greatest = greatestClaimedShare(latencies.merged.total);
  const steps = Math.ceil(-Math.log10(1 - greatest) * STEPS_PER_DECADE);
  const shares = [
    ...Array.from({ length: steps }, (_, step) => 1 - 10 ** (-step / STEPS_PER_DECADE)),
    ...NAMED_PERCENTILES.map((percent) => percent / 100).filter((share) => share < greatest),
    greatest,
  ];
  const percents = shares.map((share) => Number((100 * share).toPrecision(PERCENT_DIGITS)));
  return [...new Set(percents)]
    .toSorted((a, b) => a - b)
    .map((percent) => ({ percent, ms: percentileMs(latencies, percent) }));
};

type RateWindow = Pick<LoadResult, 'requestRatePerSecond' | 'durationSeconds'>;

/** The mean rate of all windows, weighted by their length, in requests per second. NaN without windows. */
export const pooledRate = (windows: readonly RateWindow[]): number =>
  sum(windows.map((window) => window.requestRatePerSecond * window.durationSeconds)) /
  sum(windows.map((window) => window.durationSeconds));

/** Standard deviation of a uniform error of one answer. */
const ONE_ANSWER = 1 / Math.sqrt(12);

/**
 * The rate of one repeat. Its uncertainty is at least that of rounding to whole answers. Answers that come in bursts make no larger error,
 * because the rate counts parts of answers.
 */
export const rateOfRepeat = ({
  requestRatePerSecond,
  durationSeconds,
}: RateWindow): RepeatFigure => ({
  value: requestRatePerSecond,
  minError: ONE_ANSWER / (requestRatePerSecond * durationSeconds),
});

/**
 * The rate over all windows, with its interval.
 *
 * @param windows one a repeat
 */
export const rateEstimate = (windows: readonly RateWindow[]): Estimate => {
  const value = pooledRate(windows);
  return { value, interval: repeatsInterval(value, windows.map(rateOfRepeat)) };
};

/**
 * The mean of the repeats' medians, for comparison with the study of 2021. It is not a percentile, unlike the row's `p50Ms`. Undefined if
 * no repeat has an answer.
 */
export const averageOfMedians = (
  latencies: readonly Pick<LatencySummary, 'count' | 'p50Ms'>[],
): number | undefined => {
  const medians = latencies.filter(({ count }) => count > 0).map(({ p50Ms }) => p50Ms);
  return medians.length === 0 ? undefined : meanOf(medians);
};
