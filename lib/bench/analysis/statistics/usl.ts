import jStat from 'jstat';
import { sum } from '../../sum.ts';

/** A level and the request rate at it. */
export interface LoadPoint {
  readonly virtualUsers: number;
  readonly ratePerSecond: number;
}

/** Gunther's Universal Scalability Law: X(N) = γ·N ÷ (1 + α·(N − 1) + β·N·(N − 1)). */
export interface UslFit {
  /** γ: requests a second of one user alone. */
  readonly gamma: number;
  /** α: contention, the share of the work that only one can do at a time. */
  readonly alpha: number;
  /** β: coherency, what users cost each other in pairs; above 0 the rate falls again past its peak. */
  readonly beta: number;
  /** √((1 − α) ÷ β): where the rate is greatest. Absent where the law knows no peak. */
  readonly peakUsers?: number;
  /** 1 − Σ(rate − fit)² ÷ Σ(rate − mean)², of the rates. */
  readonly rSquared: number;
  /** 1 − (1 − R²) · (n − 1) ÷ (n − 3) of n levels: what is left of R² when three parameters must fit so few. */
  readonly adjustedRSquared: number;
}

/** The rate of the law at a number of users. */
export const uslRate = (
  { gamma, alpha, beta }: Pick<UslFit, 'gamma' | 'alpha' | 'beta'>,
  virtualUsers: number,
): number => {
  const others = virtualUsers - 1;
  return (gamma * virtualUsers) / (1 + alpha * others + beta * virtualUsers * others);
};

/** γ, α and β. */
const PARAMETERS = 3;

type Term = 'contention' | 'coherency';

const ALL_TERMS: readonly Term[] = ['contention', 'coherency'];

/** Neither can be below zero, so each may turn out to be absent. */
const FEWER_TERMS: readonly (readonly Term[])[] = [['contention'], ['coherency'], []];

const termOf: Readonly<Record<Term, (virtualUsers: number) => number>> = {
  contention: (virtualUsers) => virtualUsers - 1,
  coherency: (virtualUsers) => virtualUsers * (virtualUsers - 1),
};

interface Candidate {
  readonly gamma: number;
  readonly alpha: number;
  readonly beta: number;
  readonly squares: number;
}

const solve = (points: readonly LoadPoint[], terms: readonly Term[]): Candidate | undefined => {
  const rows = points.map(({ virtualUsers, ratePerSecond }) =>
    [1, ...terms.map((term) => termOf[term](virtualUsers))].map(
      (value) => (value * ratePerSecond) / virtualUsers,
    ),
  );
  const solution = jStat
    .lstsq(
      rows,
      rows.map(() => [1]),
    )
    .map(([value = Number.NaN]) => value);
  const [scale = Number.NaN, ...rest] = solution;
  if (!solution.every(Number.isFinite) || scale <= 0 || rest.some((value) => value < 0)) {
    return undefined;
  }
  const of = (term: Term): number => {
    const index = terms.indexOf(term);
    return index === -1 ? 0 : (rest[index] ?? 0) / scale;
  };
  const squares = sum(
    rows.map((row) => (1 - sum(row.map((value, column) => value * (solution[column] ?? 0)))) ** 2),
  );
  return { gamma: 1 / scale, alpha: of('contention'), beta: of('coherency'), squares };
};

const bestWithFewer = (points: readonly LoadPoint[]): Candidate | undefined =>
  FEWER_TERMS.flatMap((terms) => solve(points, terms) ?? []).toSorted(
    (a, b) => a.squares - b.squares,
  )[0];

/**
 * Fits the law. It is linear in 1 ÷ γ, α ÷ γ and β ÷ γ when turned over: N ÷ X = 1 ÷ γ · (1 + α·(N − 1) + β·N·(N − 1)), so
 * it is solved by linear least squares, each point weighted by X ÷ N: the relative errors count, as rates scatter by a share
 * of themselves. Parameters below zero mean nothing and are left out one after the other (Gunther, "USL Scalability Modeling with Three Parameters",
 * 2018; γ is fitted too, so that no point at one user is needed).
 *
 * @param points at least four different levels, rates above 0
 * @returns undefined where no parameters describe the points
 */
export const fitUsl = (points: readonly LoadPoint[]): UslFit | undefined => {
  // No fit with fewer terms comes closer than one with all.
  const best = solve(points, ALL_TERMS) ?? bestWithFewer(points);
  if (best === undefined) return undefined;
  const { gamma, alpha, beta } = best;
  const rates = points.map(({ ratePerSecond }) => ratePerSecond);
  const mean = sum(rates) / rates.length;
  const residual = sum(
    points.map(({ virtualUsers, ratePerSecond }) => {
      const fitted = uslRate(best, virtualUsers);
      return (ratePerSecond - fitted) ** 2;
    }),
  );
  const total = sum(rates.map((rate) => (rate - mean) ** 2));
  const rSquared = total === 0 ? 0 : 1 - residual / total;
  const { length } = points;
  return {
    gamma,
    alpha,
    beta,
    ...(beta > 0 && alpha < 1 ? { peakUsers: Math.sqrt((1 - alpha) / beta) } : {}),
    rSquared,
    adjustedRSquared: 1 - ((1 - rSquared) * (length - 1)) / (length - PARAMETERS),
  };
};
