import jStat from 'jstat';
import type { ReproducedRow, SeriesShapes, Shape } from './reproduction.ts';

/** Above this quotient of the greatest and the least rate a series is no plateau. The study's have at most 1.19 but one. */
const FLAT_SPREAD = 1.25;

/** From this R² on, response times count as linear in the number of virtual users. */
const LINEAR_R2 = 0.98;

/** A line goes through two points whatever they are, and nearly so through three that rise. */
const LEAST_POINTS = 4;

interface Point {
  readonly x: number;
  readonly y: number;
}

/** The least squares line y = a + b·x; R² = 1 − Σ(y − ŷ)² ÷ Σ(y − ȳ)². */
const lineThrough = (points: readonly Point[]): { readonly slope: number; readonly r2: number } => {
  const solution = jStat.lstsq(
    points.map(({ x }) => [1, x]),
    points.map(({ y }) => [y]),
  );
  const [intercept = Number.NaN, slope = Number.NaN] = solution.flat();
  const mean = points.reduce((sum, { y }) => sum + y, 0) / points.length;
  const unexplained = points.reduce((sum, { x, y }) => sum + (y - intercept - slope * x) ** 2, 0);
  const total = points.reduce((sum, { y }) => sum + (y - mean) ** 2, 0);
  return { slope, r2: total === 0 ? 0 : 1 - unexplained / total };
};

const shapeOf = (ours: number, published: number, holds: (value: number) => boolean): Shape => ({
  ours,
  published,
  reproduced: holds(ours) === holds(published),
});

const spreadOf = (rates: readonly number[]): number => Math.max(...rates) / Math.min(...rates);

const rateSpreadOf = (rows: readonly ReproducedRow[]): Pick<SeriesShapes, 'rateSpread'> => {
  const rates = rows.flatMap(({ requestRatePerSecond }) => requestRatePerSecond ?? []);
  if (rates.length < 2 || rates.some(({ ours }) => ours === 0)) return {};
  const ours = spreadOf(rates.map((rate) => rate.ours));
  const published = spreadOf(rates.map((rate) => rate.published.value));
  return { rateSpread: shapeOf(ours, published, (spread) => spread <= FLAT_SPREAD) };
};

const responseTimeOf = (
  rows: readonly ReproducedRow[],
): Pick<SeriesShapes, 'linearity' | 'msPerUser'> => {
  const times = rows.flatMap(({ virtualUsers: x, medianMs }) =>
    medianMs === undefined ? [] : [{ x, ours: medianMs.ours, published: medianMs.published.value }],
  );
  if (times.length < LEAST_POINTS) return {};
  const ours = lineThrough(times.map(({ x, ours: y }) => ({ x, y })));
  const published = lineThrough(times.map(({ x, published: y }) => ({ x, y })));
  return {
    linearity: shapeOf(ours.r2, published.r2, (r2) => r2 >= LINEAR_R2),
    msPerUser: {
      ours: ours.slope,
      published: published.slope,
      ratio: ours.slope / published.slope,
    },
  };
};

/**
 * What a series looks like, which another machine may leave as it is: whether the request rate is flat (greatest ÷ least
 * at most {@link FLAT_SPREAD}), whether response time grows in a straight line (R² at least {@link LINEAR_R2}), and by how
 * much for each virtual user. Over the rows that have both figures.
 */
export const shapesOf = (rows: readonly ReproducedRow[]): SeriesShapes => ({
  ...rateSpreadOf(rows),
  ...responseTimeOf(rows),
});
