import type { SecondBin } from '../model/load-result.ts';
import { sum, weightedMean } from './moments.ts';

/** With fewer whole seconds, a third of the last half would be shorter than a second. */
export const MIN_SECONDS = 6;

/** Largest relative difference between stretches that counts as steady, as in NVIDIA's perf_analyzer. */
export const MAX_DIFFERENCE = 0.1;

/** Differences of up to this many standard deviations of a count n, √n, are put down to chance. */
export const CHANCE_DEVIATIONS = 3;

interface Stretch {
  readonly answersPerSecond: number;
  /** Mean of the seconds' medians, weighted by their answers; undefined if no answer arrived. */
  readonly latencyMs: number | undefined;
}

const stretchOf = (bins: readonly SecondBin[]): Stretch => {
  const medians = bins.flatMap(({ succeeded, p50Ms }) =>
    p50Ms === undefined ? [] : [{ value: p50Ms, weight: succeeded }],
  );
  return {
    answersPerSecond: sum(bins.map(({ succeeded }) => succeeded)) / bins.length,
    latencyMs: weightedMean(medians),
  };
};

/** Whether a stretch differs by more than {@link MAX_DIFFERENCE}, and by more than chance, from the expected one. */
const differs = (bins: readonly SecondBin[], expected: Stretch): boolean => {
  const { answersPerSecond, latencyMs } = stretchOf(bins);
  const answers = expected.answersPerSecond * bins.length;
  const most = Math.max(MAX_DIFFERENCE, CHANCE_DEVIATIONS / Math.sqrt(answers));
  return (
    Math.abs(answersPerSecond / expected.answersPerSecond - 1) > most ||
    (latencyMs !== undefined &&
      expected.latencyMs !== undefined &&
      Math.abs(latencyMs / expected.latencyMs - 1) > most)
  );
};

/**
 * Whether rate or latency still changed in the last half of a measuring window: one of its thirds differs from that half by more than
 * {@link MAX_DIFFERENCE}, and by more than {@link CHANCE_DEVIATIONS}. False for windows below {@link MIN_SECONDS}.
 *
 * @param bins of the window, in their order
 * @param durationSeconds length of the window; an incomplete last second does not count
 */
export const isUnsteady = (bins: readonly SecondBin[], durationSeconds: number): boolean => {
  const complete = bins.filter(({ second }) => second + 1 <= durationSeconds);
  const third = Math.floor(complete.length / 6);
  const half = complete.slice(complete.length - 3 * third);
  const expected = stretchOf(half);
  if (complete.length < MIN_SECONDS || expected.answersPerSecond === 0) return false;
  return [0, 1, 2].some((index) =>
    differs(half.slice(index * third, (index + 1) * third), expected),
  );
};
