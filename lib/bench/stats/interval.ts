import { number, object, optional, type Static } from '../../../serving-configs/schema.ts';
import { varianceOf } from './moments.ts';
import { studentTQuantile } from './probability.ts';

export const intervalSchema = object(
  { low: number(), high: number(), confidence: number('As a share, for instance 0.95.') },
  'A confidence interval.',
);
export interface Interval extends Static<typeof intervalSchema> {}

export const estimateSchema = object(
  { value: number(), interval: optional(intervalSchema) },
  'A figure with its interval, which is absent if there are too few repeats.',
);
export interface Estimate extends Static<typeof estimateSchema> {}

/** The figure of one repeat. */
export interface RepeatFigure {
  readonly value: number;
  /** Standard error, as a share of the value, that the number of answers behind it allows at best. */
  readonly minError: number;
}

const CONFIDENCE = 0.95;

/**
 * The 95 % interval of a figure over n repeats, from figure ÷ exp(t·s ÷ √n) to figure × exp(t·s ÷ √n). Here s is the standard deviation of
 * the logarithms of the repeats' figures, and t is Student's t with n − 1 degrees of freedom, as for verdicts. Because it compares whole
 * repeats, it holds even if the requests within a repeat depend on each other.
 *
 * s is at least the greatest `minError`. Otherwise repeats that happen to come out alike would seem to be certain.
 *
 * @param figure over all repeats
 * @returns undefined for fewer than two repeats, or if a repeat has no figure
 */
export const repeatsInterval = (
  figure: number,
  repeats: readonly RepeatFigure[],
): Interval | undefined => {
  if (repeats.length < 2 || repeats.some(({ value }) => !(value > 0))) return undefined;
  const deviation = Math.max(
    Math.sqrt(varianceOf(repeats.map(({ value }) => Math.log(value)))),
    ...repeats.map(({ minError }) => minError),
  );
  const t = studentTQuantile((1 + CONFIDENCE) / 2, repeats.length - 1);
  const factor = Math.exp((t * deviation) / Math.sqrt(repeats.length));
  return { low: figure / factor, high: figure * factor, confidence: CONFIDENCE };
};
