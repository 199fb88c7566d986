/**
 * Pettitt's test for one change at an unknown place in a series ("A non-parametric approach to the change-point problem",
 * 1979): the chance that a series without a change looks as if it had one so clear, by ranks alone, so that single
 * outliers do not matter. With K the greatest |Σ(i ≤ t) Σ(j > t) sgn(xⱼ − xᵢ)| of all t: 2·exp(−6K² ÷ (n³ + n²)), at
 * most 1. It is approximate, and on the safe side for short series: ten values never give less than 0.06.
 *
 * @returns 1 for fewer than two values
 */
export const changePointPValue = (series: readonly number[]): number => {
  const count = series.length;
  if (count < 2) return 1;
  let greatest = 0;
  let statistic = 0;
  for (const [at, value] of series.entries()) {
    // Moving a value to the left side adds its comparisons with the rest and takes away those with the left.
    statistic += series.reduce((sum, other, index) => {
      const sign = Math.sign(other - value);
      return index === at ? sum : sum + sign;
    }, 0);
    greatest = Math.max(greatest, Math.abs(statistic));
  }
  return Math.min(1, 2 * Math.exp((-6 * greatest ** 2) / (count ** 3 + count ** 2)));
};
