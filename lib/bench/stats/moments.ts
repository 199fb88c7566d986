import { sum } from './sum.ts';

export const meanOf = (values: readonly number[]): number => sum(values) / values.length;

/** The sum of the squared distances from the mean. */
export const squaresOf = (values: readonly number[]): number => {
  const mean = meanOf(values);
  return sum(values.map((value) => (value - mean) ** 2));
};

/** Sample variance, with n − 1. */
export const varianceOf = (values: readonly number[]): number =>
  squaresOf(values) / (values.length - 1);
