import { requestsNeeded } from './early-stopping.ts';

/** Ticks and points between them, about even on the axis 1 ÷ (1 − p) of a percentile plot. */
const PERCENTILES = [
  0, 10, 25, 50, 75, 80, 85, 90, 92.5, 95, 96.5, 97.5, 98, 99, 99.25, 99.5, 99.75, 99.9, 99.95,
  99.99, 99.995, 99.999,
] as const;

const NEEDED = PERCENTILES.map((percentile) => ({
  percentile,
  answers: percentile === 0 ? 1 : requestsNeeded(percentile / 100),
}));

/** The percentiles, in per cent and ascending, that a percentile plot of so many answers may show. */
export const curvePercentiles = (count: number): readonly number[] =>
  NEEDED.filter(({ answers }) => count >= answers).map(({ percentile }) => percentile);
