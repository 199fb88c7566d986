import type { SecondBin } from '../model/load-result.ts';
import { sum } from './moments.ts';

/** Whether the last half of a measuring window was steady; `unknown` where there is too little to tell. */
export type SteadyState = 'steady' | 'unsteady' | 'unknown';

/** Whole seconds below which nothing is said: a third of the last half would be shorter than one. */
const LEAST_SECONDS = 6;

/** By so much, as a share, stretches may differ: as perf_analyzer has it. */
const MOST_DIFFERENCE = 0.1;

/** So many standard deviations of a count of answers, √n, are left to chance. */
const CHANCE_DEVIATIONS = 3;

/** Stretches of the beginning, in seconds, where the window is long enough. */
const START_SECONDS = 5;

interface Stretch {
  readonly answersPerSecond: number;
  /** Mean of the seconds' medians, weighted by their answers; undefined where there are no answers. */
  readonly latencyMs: number | undefined;
}

const stretchOf = (bins: readonly SecondBin[]): Stretch => {
  const answers = sum(bins.map(({ succeeded }) => succeeded));
  return {
    answersPerSecond: answers / bins.length,
    latencyMs:
      answers === 0
        ? undefined
        : sum(bins.map(({ succeeded, p50Ms = 0 }) => succeeded * p50Ms)) / answers,
  };
};

/** Whether a stretch of some seconds differs by more than 10 %, and than chance, from what was to be expected of it. */
const differs = (bins: readonly SecondBin[], expected: Stretch): boolean => {
  const { answersPerSecond, latencyMs } = stretchOf(bins);
  const answers = expected.answersPerSecond * bins.length;
  const most = Math.max(MOST_DIFFERENCE, CHANCE_DEVIATIONS / Math.sqrt(answers));
  return (
    Math.abs(answersPerSecond / expected.answersPerSecond - 1) > most ||
    (latencyMs !== undefined &&
      expected.latencyMs !== undefined &&
      Math.abs(latencyMs / expected.latencyMs - 1) > most)
  );
};

/** The seconds that a window holds as a whole, and those of its last half, which are a multiple of three. */
const partsOf = (bins: readonly SecondBin[], durationSeconds: number) => {
  const whole = bins.filter(({ second }) => second + 1 <= durationSeconds);
  const third = Math.floor(whole.length / 6);
  return { whole, third, end: whole.slice(whole.length - 3 * third) };
};

/**
 * Judges the last half of a measuring window by its one-second bins. It is steady where each of its thirds lies within 10 %, or
 * within three standard deviations of its count of answers, of the whole half in rate and in latency.
 *
 * @param bins of the window, in their order
 * @param durationSeconds length of the window; a last second that it cuts does not count
 */
export const steadyState = (bins: readonly SecondBin[], durationSeconds: number): SteadyState => {
  const { whole, third, end } = partsOf(bins, durationSeconds);
  if (whole.length < LEAST_SECONDS) return 'unknown';
  const expected = stretchOf(end);
  if (expected.answersPerSecond === 0) return 'unknown';
  return [0, 1, 2].some((index) => differs(end.slice(index * third, (index + 1) * third), expected))
    ? 'unsteady'
    : 'steady';
};

/**
 * How long the beginning of a measuring window was not yet as its last half: its stretches of 5 s, or of a third of a shorter
 * half, from the first one on, until one does not differ from that half.
 *
 * @param bins of the window, in their order
 * @param durationSeconds length of the window; a last second that it cuts does not count
 * @returns seconds; 0 where the window began as it ended, and where its end was not steady or is not known to be
 */
export const unsteadyStartSeconds = (
  bins: readonly SecondBin[],
  durationSeconds: number,
): number => {
  if (steadyState(bins, durationSeconds) !== 'steady') return 0;
  const { whole, third, end } = partsOf(bins, durationSeconds);
  const expected = stretchOf(end);
  const seconds = Math.min(START_SECONDS, third);
  const before = Math.floor((whole.length - end.length) / seconds);
  for (let index = 0; index < before; index++) {
    if (!differs(whole.slice(index * seconds, (index + 1) * seconds), expected)) {
      return index * seconds;
    }
  }
  return before * seconds;
};
