import { varianceOf } from './moments.ts';
import { studentTQuantile } from './probability.ts';

/** A range that holds the true figure with the given confidence, as far as the method that made it holds. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** As a share, for instance 0.95. */
  readonly confidence: number;
}

/** A figure with its interval; without one if the repeats are too few. */
export interface Estimate {
  readonly value: number;
  readonly interval?: Interval;
}

/** What one repeat gave. */
export interface RepeatFigure {
  readonly value: number;
  /** How far it may lie from the true one for the answers alone that it was read from, as a share of it. */
  readonly leastError: number;
}

/** The confidence of the intervals of the figures of rows. */
const CONFIDENCE = 0.95;

/**
 * The interval of a figure over repeats: figure × or ÷ exp(t · s ÷ √n), with s the standard deviation of the logarithms of what
 * the n repeats gave and Student's t of n − 1 degrees of freedom, as verdicts have it. It rests on whole repeats, so that it
 * holds whatever hangs together inside one. As repeats are known no better than their answers tell them, s is no less than the
 * greatest of their least errors: repeats that happen to come out alike would else look as if they were certain.
 *
 * @param figure over all repeats
 * @returns undefined for fewer than two repeats, and if one gave nothing
 */
export const repeatsInterval = (
  figure: number,
  repeats: readonly RepeatFigure[],
): Interval | undefined => {
  if (repeats.length < 2 || repeats.some(({ value }) => !(value > 0))) return undefined;
  const deviation = Math.max(
    Math.sqrt(varianceOf(repeats.map(({ value }) => Math.log(value)))),
    ...repeats.map(({ leastError }) => leastError),
  );
  const t = studentTQuantile((1 + CONFIDENCE) / 2, repeats.length - 1);
  const factor = Math.exp((t * deviation) / Math.sqrt(repeats.length));
  return { low: figure / factor, high: figure * factor, confidence: CONFIDENCE };
};
