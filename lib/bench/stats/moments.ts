/** Returns 0 for no values. */
export const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);

/** Returns NaN for no values. */
export const meanOf = (values: readonly number[]): number => sum(values) / values.length;

/** The sum of the squared distances from the mean. */
export const squaresOf = (values: readonly number[]): number => {
  const mean = meanOf(values);
  return sum(values.map((value) => (value - mean) ** 2));
};

/** Sample variance, with n − 1. NaN for fewer than two values. */
export const varianceOf = (values: readonly number[]): number =>
  squaresOf(values) / (values.length - 1);

/** Σ weight·value ÷ Σ weight; undefined if all weights are zero. */
export const weightedMean = (
  pairs: readonly { readonly value: number; readonly weight: number }[],
): number | undefined => {
  const weight = sum(pairs.map((pair) => pair.weight));
  return weight === 0 ? undefined : sum(pairs.map((pair) => pair.value * pair.weight)) / weight;
};

/** For an even number of values, the mean of the two in the middle. NaN for none. */
export const medianOf = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
};
