import { INTERVAL_CONFIDENCE } from './interval.ts';
import { studentTCdf } from './student-t.ts';

/** A step to a higher load is worth it as long as the rate grows by this share of what the load grows by. */
export const WORTHWHILE = 0.1;

/** From one level of virtual users to the next one. */
export interface LoadStep {
  readonly fromUsers: number;
  readonly toUsers: number;
  /**
   * The logarithm of the rate after the step ÷ the rate before it, less that of the least quotient that is worth it; its
   * standard error is infinite where nothing tells of the noise.
   */
  readonly excess: {
    readonly mean: number;
    readonly standardError: number;
    readonly degreesOfFreedom: number;
  };
}

/** The logarithm of the least quotient of rates for which a step is worth it: ΔX ÷ X = 0.1 · ΔN ÷ N. */
export const worthwhileLog = (fromUsers: number, toUsers: number): number =>
  Math.log1p((WORTHWHILE * (toUsers - fromUsers)) / fromUsers);

/** What rounding may take from a step that is just worth it. */
const ROUNDING = 1e-12;

const isWorthIt = ({ excess }: LoadStep): boolean => excess.mean >= -ROUNDING;

/**
 * The level from which more load brings hardly more: the last one before the first step with ΔX ÷ X below 0.1 · ΔN ÷ N (the
 * saturation rule of Amazon SageMaker's Inference Recommender). Steps after that one do not count, since between
 * neighbouring high levels the noise of a flat curve alone would look like a gain.
 *
 * @param steps ascending
 * @returns undefined where every step was worth it, or there is none
 */
export const kneeOf = (steps: readonly LoadStep[]): number | undefined =>
  steps.find((step) => !isWorthIt(step))?.fromUsers;

/** What the knee surely lies between, in virtual users; an end that is not known is absent. */
export interface KneeBounds {
  readonly aboveUsers?: number;
  readonly belowUsers?: number;
}

/** The chance that the mean lies so far from zero, on this side, where there is nothing. */
const oneSided = (distance: number, { excess }: LoadStep): number =>
  studentTCdf(-distance / excess.standardError, excess.degreesOfFreedom);

/**
 * Between which levels the knee lies. Above where the last of the steps began that were all surely worth it: these are
 * tested one after the other up to the first that is not, which takes no correction. Below where the first step ended that
 * was surely not worth it, with Bonferroni's correction over the steps. Each end is wrong in at most half of the error. The
 * levels themselves are the rest of the doubt: between two of them nothing was measured.
 *
 * @param steps ascending
 */
export const kneeBounds = (
  steps: readonly LoadStep[],
  confidence = INTERVAL_CONFIDENCE,
): KneeBounds => {
  const error = (1 - confidence) / 2;
  const unsure = steps.findIndex((step) => oneSided(step.excess.mean, step) > error);
  const above = steps[(unsure === -1 ? steps.length : unsure) - 1];
  const below = steps.find((step) => oneSided(-step.excess.mean, step) <= error / steps.length);
  return {
    ...(above === undefined ? {} : { aboveUsers: above.fromUsers }),
    ...(below === undefined ? {} : { belowUsers: below.toUsers }),
  };
};
