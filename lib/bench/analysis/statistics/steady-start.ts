import type { SecondBin } from '../../load/result.ts';
import {
  steadyState,
  STRETCHES,
  stretchOf,
  stretchSeconds,
  wholeSeconds,
  type Stretch,
} from './steady-state.ts';

/** As the rule of perf_analyzer has it for the end of a window. */
const MOST_DIFFERENCE = 0.1;

/** So many standard deviations of a count of answers, √n, are left to chance. */
const CHANCE_DEVIATIONS = 3;

const difference = (one: number, other: number): number => Math.abs(one / other - 1);

/** Whether a stretch differs from what the end of its window lets expect of it, by more than 10 % and than chance. */
const differs = (stretch: Stretch, expected: Stretch): boolean => {
  const most = Math.max(MOST_DIFFERENCE, CHANCE_DEVIATIONS / Math.sqrt(expected.answers));
  return (
    difference(stretch.answers, expected.answers) > most ||
    (stretch.latencyMs !== undefined &&
      expected.latencyMs !== undefined &&
      difference(stretch.latencyMs, expected.latencyMs) > most)
  );
};

/**
 * How long the beginning of a measuring window was not yet as its end: its stretches of 5 s, or of a third of a shorter
 * window, from the first one on, until one lies within 10 %, or within three standard deviations of its count of answers, of
 * the last three in rate and in latency.
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
  const whole = wholeSeconds(bins, durationSeconds);
  const seconds = stretchSeconds(whole.length);
  const end = stretchOf(whole.slice(-STRETCHES * seconds));
  const expected = { ...end, answers: end.answers / STRETCHES };
  const before = Math.floor(whole.length / seconds) - STRETCHES;
  for (let index = 0; index < before; index++) {
    const stretch = stretchOf(whole.slice(index * seconds, (index + 1) * seconds));
    if (!differs(stretch, expected)) return index * seconds;
  }
  return Math.max(0, before * seconds);
};
