import type { Path } from '../plan/cell.ts';
import type { PlanPlace } from '../plan/plan.ts';

/** Rounding: of sums in another order, and of numbers written as text. Measured on all paths here: below 0.0000001. */
const SAME_ARITHMETIC = 0.0001;
/** Other arithmetic: a GPU, a compiler of graphs, half precision. */
const OTHER_ARITHMETIC = 0.01;
/** The platform decodes and resizes the picture by itself, by another library than the direct computation. */
const OTHER_DECODER = 0.05;

/**
 * How far the probability of a class may lie from that of the direct computation, absolutely. The reference serving is
 * the same code behind another protocol, and the platforms from packages decode and compute with the same libraries.
 * Containers do both with what they hold.
 */
export const scoreTolerance = (
  { payload }: Pick<Path, 'payload'>,
  runtime: PlanPlace['runtime'],
): number => {
  if (runtime === 'reference' || runtime === 'venv') return SAME_ARITHMETIC;
  return payload === 'image' ? OTHER_DECODER : OTHER_ARITHMETIC;
};
