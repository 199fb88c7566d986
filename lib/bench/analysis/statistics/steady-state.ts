import type { SecondBin } from '../../load/result.ts';
import { changePointPValue } from './change-point.ts';
import { sum } from '../../sum.ts';

/** Whether the last part of a measuring window was steady; `unknown` where there is too little to tell. */
export type SteadyState = 'steady' | 'unsteady' | 'unknown';

/** As perf_analyzer has them by default: the last three stretches of 5 s within 10 %. */
export const STRETCHES = 3;
const STRETCH_SECONDS = 5;
const STABLE_RATIO = 1.1;

/** Whole seconds below which nothing is said: three stretches of two seconds. */
export const LEAST_SECONDS = 6;

/** Seconds that the test for a change needs to find a clear one. */
const CHANGE_SECONDS = 16;
const CHANGE_P_VALUE = 0.01;

/**
 * Answers in a stretch below which chance alone parts three stretches by 10 % in more than one of twenty windows: the range
 * of three normal variables is below 3.31 standard deviations in 95 %, and 3.31 ÷ √n = 0.1.
 */
const CALM_ANSWERS = 1100;

export interface Stretch {
  readonly answers: number;
  /** Mean of the seconds' medians, weighted by their answers; undefined where there are no answers. */
  readonly latencyMs: number | undefined;
}

export const stretchOf = (bins: readonly SecondBin[]): Stretch => {
  const answers = sum(bins.map(({ succeeded }) => succeeded));
  return {
    answers,
    latencyMs:
      answers === 0
        ? undefined
        : sum(bins.map(({ succeeded, p50Ms = 0 }) => succeeded * p50Ms)) / answers,
  };
};

/** The seconds of a window that it holds as a whole. */
export const wholeSeconds = (
  bins: readonly SecondBin[],
  durationSeconds: number,
): readonly SecondBin[] => bins.filter(({ second }) => second + 1 <= durationSeconds);

/** Length of a stretch of a window with so many whole seconds. */
export const stretchSeconds = (seconds: number): number =>
  Math.min(STRETCH_SECONDS, Math.floor(seconds / STRETCHES));

const isLevel = (values: readonly number[]): boolean =>
  Math.min(...values) > 0 && Math.max(...values) / Math.min(...values) <= STABLE_RATIO;

const hasChanged = (bins: readonly SecondBin[]): boolean =>
  [bins.map(({ succeeded }) => succeeded), bins.flatMap(({ p50Ms }) => p50Ms ?? [])].some(
    (series) => changePointPValue(series) <= CHANGE_P_VALUE,
  );

/**
 * Judges the end of a measuring window by its one-second bins. It is steady where the last three stretches of 5 s, or of a
 * third of a shorter window, lie within 10 % of each other in rate and in latency (the rule of perf_analyzer); or else,
 * since few answers scatter more than that by chance, where the last half shows no change in rate or latency at 1 %
 * ({@link changePointPValue}). Where it is too short for that test and the answers too few for the rule, it is unknown.
 *
 * @param bins of the window, in their order
 * @param durationSeconds length of the window; a last second that it cuts does not count
 */
export const steadyState = (bins: readonly SecondBin[], durationSeconds: number): SteadyState => {
  const whole = wholeSeconds(bins, durationSeconds);
  if (whole.length < LEAST_SECONDS) return 'unknown';
  const seconds = stretchSeconds(whole.length);
  const stretches = Array.from({ length: STRETCHES }, (_, index) => {
    const end = whole.length - index * seconds;
    return stretchOf(whole.slice(end - seconds, end));
  });
  const answers = stretches.map((stretch) => stretch.answers);
  if (sum(answers) === 0) return 'unknown';
  const latencies = stretches.flatMap(({ latencyMs }) => latencyMs ?? []);
  if (isLevel(answers) && isLevel(latencies)) return 'steady';
  const lastHalf = whole.slice(Math.floor(whole.length / 2));
  if (lastHalf.length >= CHANGE_SECONDS) return hasChanged(lastHalf) ? 'unsteady' : 'steady';
  return Math.min(...answers) >= CALM_ANSWERS ? 'unsteady' : 'unknown';
};
