import type { Target } from '../model/measurement.ts';
import type { PlanPlace } from '../model/plan.ts';

/** Rounding: of sums in another order, and of numbers written as text. Measured on all targets here: below 0.00002. */
const SAME_ARITHMETIC = 0.001;
/**
 * Other arithmetic: a GPU, a compiler of graphs. An input with 0.01 % of noise moves a probability of random weights by up to
 * 0.013, one in half precision by 0.04. Containers on a CPU, trained weights: below 0.0001.
 */
const OTHER_ARITHMETIC = 0.05;
/**
 * The platform decodes and resizes the image by itself, by another library than the direct computation. Containers, trained
 * weights, the eight images of the data set: Pillow moves a probability by up to 0.22, TensorFlow, which resizes without
 * looking at all pixels, by up to 0.53. Swapped colours or a missing crop move one by 0.7 to 1.
 */
const OTHER_DECODER = 0.6;

/**
 * How far the probability of a class may lie from that of the direct computation, as a share of it; see
 * {@link compareScores}. The simulated server is the same code behind another protocol, and the platforms from packages
 * decode and compute with the same libraries. Containers do both with what they hold.
 */
export const scoreTolerance = (
  { payload }: Pick<Target, 'payload'>,
  runtime: PlanPlace['runtime'],
): number => {
  if (runtime === 'simulated' || runtime === 'venv') return SAME_ARITHMETIC;
  return payload === 'image' ? OTHER_DECODER : OTHER_ARITHMETIC;
};
