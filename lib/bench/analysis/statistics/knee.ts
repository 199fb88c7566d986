import type { LoadPoint } from './usl.ts';

/** A step to a higher load is worth it as long as the rate grows by this share of what the load grows by. */
export const WORTHWHILE = 0.1;

/**
 * The level from which more load brings hardly more: the last one before the first step with ΔX ÷ X below 0.1 · ΔN ÷ N (the
 * saturation rule of Amazon SageMaker's Inference Recommender). Steps after that one do not count, since between
 * neighbouring high levels the noise of a flat curve alone would look like a gain.
 *
 * @param points ascending in virtual users
 * @returns undefined where every step was worth it, or there is none
 */
export const kneeOf = (points: readonly LoadPoint[]): LoadPoint | undefined =>
  points.find((point, index) => {
    const next = points[index + 1];
    if (next === undefined) return false;
    const gain = (next.ratePerSecond - point.ratePerSecond) / point.ratePerSecond;
    return gain / ((next.virtualUsers - point.virtualUsers) / point.virtualUsers) < WORTHWHILE;
  });
