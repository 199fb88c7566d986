import type { LoadResult } from '../../load/result.ts';
import type { Interval } from './interval.ts';
import { jackknifeInterval } from './jackknife.ts';
import { rateBootstrap, type RateBlock, type Sampling } from './rate-bootstrap.ts';
import { studentTQuantile } from './student-t.ts';

/**
 * From so many repeats on, the bootstrap of them holds what it promises: 93 to 97 % in simulations, also where the seconds of
 * a repeat hang together, and more where they scatter more than repeats do, as that counts twice. Below, it is too narrow: it
 * covered 64 % for two repeats and 81 % for three instead of 95 %, where repeats differ more than seconds do. Repeats of which
 * one in ten is an outlier take both it and Student's t down to 89 to 93 %.
 */
const BOOTSTRAP_REPEATS = 6;

type Repeat = Pick<LoadResult, 'requestRatePerSecond' | 'durationSeconds' | 'bins'>;

/** A window without bins is one block. */
const blocksOf = ({ requestRatePerSecond, durationSeconds, bins }: Repeat): RateBlock[] =>
  bins.length === 0
    ? [{ answers: requestRatePerSecond * durationSeconds, seconds: durationSeconds }]
    : bins.map(({ second, succeeded }) => ({
        answers: succeeded,
        seconds: Math.min(1, durationSeconds - second),
      }));

/** Answers inside the windows ÷ their length, without one of the repeats. */
const ratesWithoutEach = (repeats: readonly Repeat[]): number[] => {
  const answers = repeats.map((one) => one.requestRatePerSecond * one.durationSeconds);
  const allAnswers = answers.reduce((sum, one) => sum + one, 0);
  const allSeconds = repeats.reduce((sum, one) => sum + one.durationSeconds, 0);
  return repeats.map(
    (one, index) => (allAnswers - (answers[index] ?? 0)) / (allSeconds - one.durationSeconds),
  );
};

/**
 * The least half width: a repeat is a count of whole answers, known no better than to one of them, as in `log-ratio.ts`.
 * Without it, repeats that happen to count alike would look as if they were certain.
 */
const leastHalfWidth = (repeats: readonly Repeat[], confidence: number): number => {
  const seconds = Math.min(...repeats.map(({ durationSeconds }) => durationSeconds));
  const t = studentTQuantile((1 + confidence) / 2, repeats.length - 1);
  return t / (seconds * Math.sqrt(repeats.length));
};

/**
 * The interval of the request rate over all repeats: Student's t of the repeats' rates for two to five of them, from six on
 * the bootstrap over repeats and the seconds inside them; never narrower than one answer a repeat allows. Undefined for one
 * repeat: its seconds know nothing of what another repeat would have given.
 *
 * @param value the rate over all repeats
 */
export const rateInterval = (
  value: number,
  repeats: readonly Repeat[],
  sampling: Sampling,
): Interval | undefined => {
  const interval =
    repeats.length < BOOTSTRAP_REPEATS
      ? jackknifeInterval(value, ratesWithoutEach(repeats))
      : rateBootstrap(repeats.map(blocksOf), sampling);
  if (interval === undefined) return undefined;
  const least = leastHalfWidth(repeats, interval.confidence);
  return {
    ...interval,
    low: Math.max(0, Math.min(interval.low, value - least)),
    high: Math.max(interval.high, value + least),
  };
};
