import type { Estimate } from '../statistics/interval.ts';
import { studentTTwoSided } from '../statistics/probability.ts';
import { FAMILY_ERROR, ratioInterval } from './decide.ts';
import { holm } from './holm.ts';
import type { LogRatio } from './log-ratio.ts';

/** A ratio, and whether it surely differs from 1: whether its interval leaves 1 out. */
export interface Apart {
  readonly ratio: Estimate;
  readonly isApart: boolean;
}

/**
 * Which of the ratios that are asked about together differ from 1 at all, by however little: Student's t with Holm's
 * correction over them. Weaker than a verdict, which asks for a difference that matters.
 */
export const ratiosApart = (ratios: readonly LogRatio[]): readonly Apart[] => {
  const steps = holm(
    ratios.map(({ mean, standardError, degreesOfFreedom }) =>
      studentTTwoSided(mean / standardError, degreesOfFreedom),
    ),
    FAMILY_ERROR,
  );
  return ratios.map((ratio, index): Apart => {
    const { level = FAMILY_ERROR, rejected = false } = steps[index] ?? {};
    return {
      ratio: { value: Math.exp(ratio.mean), interval: ratioInterval(ratio, level) },
      isApart: rejected,
    };
  });
};
