/** Σ weight·value ÷ Σ weight; undefined where the weights are all zero. */
export const weightedMean = (
  pairs: readonly { readonly value: number; readonly weight: number }[],
): number | undefined => {
  const weight = pairs.reduce((sum, pair) => sum + pair.weight, 0);
  return weight === 0
    ? undefined
    : pairs.reduce((sum, pair) => sum + pair.value * pair.weight, 0) / weight;
};
