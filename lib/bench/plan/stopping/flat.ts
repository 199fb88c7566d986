/**
 * How far the rates of a flat stretch may lie apart: greatest ÷ least − 1. Three single repeats of one rate lie so far apart
 * in one of twenty cases where the noise between repeats is 4 %, and practically never where it is 2 %.
 */
export const FLAT_BOUND = 0.15;

/** Both ends, and a level between them that shows that the curve does not bulge. */
const LEAST_LEVELS = 3;

/** What is known of one level of a path. */
export interface CurvePoint {
  readonly virtualUsers: number;
  /** Mean of the repeats so far. */
  readonly ratePerSecond: number;
}

/** Levels over which the request rate hardly changes. */
export interface FlatStretch {
  readonly fromUsers: number;
  readonly toUsers: number;
  readonly leastRate: number;
  readonly greatestRate: number;
  readonly levels: number;
}

const stretchOf = (points: readonly CurvePoint[]): FlatStretch | undefined => {
  const rates = points.map(({ ratePerSecond }) => ratePerSecond);
  const [leastRate, greatestRate] = [Math.min(...rates), Math.max(...rates)];
  const [from, to] = [points[0], points.at(-1)];
  if (from === undefined || to === undefined || points.length < LEAST_LEVELS) return undefined;
  if (leastRate <= 0 || greatestRate > leastRate * (1 + FLAT_BOUND)) return undefined;
  return {
    fromUsers: from.virtualUsers,
    toUsers: to.virtualUsers,
    leastRate,
    greatestRate,
    levels: points.length,
  };
};

/**
 * The widest flat stretch with the level strictly inside: its ends were measured and another level between them, and all
 * rates in it lie within {@link FLAT_BOUND}. Past the knee a closed loop has such a stretch: the rate stays and the response
 * time is virtual users ÷ rate, so that a level inside tells nothing that its ends do not. Interpolation and not
 * extrapolation: a rate that falls at the last level is seen.
 *
 * @returns undefined where there is none
 */
export const flatStretchAround = (
  virtualUsers: number,
  points: readonly CurvePoint[],
): FlatStretch | undefined => {
  const ordered = points.toSorted((a, b) => a.virtualUsers - b.virtualUsers);
  const below = ordered.filter((point) => point.virtualUsers < virtualUsers).length;
  const above = ordered.findIndex((point) => point.virtualUsers > virtualUsers);
  if (above < 0) return undefined;
  for (let first = 0; first < below; first += 1) {
    for (let last = ordered.length - 1; last >= above; last -= 1) {
      const stretch = stretchOf(ordered.slice(first, last + 1));
      if (stretch !== undefined) return stretch;
    }
  }
  return undefined;
};
