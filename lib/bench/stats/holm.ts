/** What Holm's procedure says of one of the hypotheses, in the order in which they were given. */
export interface HolmStep {
  /** To be held against the error of the family. */
  readonly adjustedPValue: number;
  /** What the p value itself was held against: the family's error ÷ the hypotheses that were still open at its step. */
  readonly level: number;
  readonly rejected: boolean;
}

/**
 * Holm's step-down procedure (Holm 1979, Scandinavian Journal of Statistics 6): the smallest of m p values is held against
 * α ÷ m, the next against α ÷ (m − 1), up to the first that is too great; it and all after it are not rejected. The chance
 * of any false rejection is at most α, whatever the dependence between the p values.
 */
export const holm = (pValues: readonly number[], familyError: number): readonly HolmStep[] => {
  const order = pValues
    .map((_, index) => index)
    .toSorted((a, b) => at(pValues, a) - at(pValues, b));
  const steps: HolmStep[] = [];
  let open = pValues.length;
  let greatest = 0;
  for (const [position, index] of order.entries()) {
    greatest = Math.max(greatest, at(pValues, index) * (pValues.length - position));
    const rejected = greatest <= familyError;
    steps[index] = { adjustedPValue: Math.min(1, greatest), level: familyError / open, rejected };
    if (rejected) open -= 1;
  }
  return steps;
};

const at = (values: readonly number[], index: number): number => values[index] ?? Number.NaN;
