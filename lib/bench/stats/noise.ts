import { meanOf, sum, varianceOf } from './moments.ts';
import { digamma, trigamma, whereReached } from './probability.ts';

/** How far apart two sides were in the repeats that both have, at one level, on a logarithmic scale. */
export interface Differences {
  readonly mean: number;
  /** At least 2. */
  readonly repeats: number;
  /** Sum of squares that, divided by the degrees of freedom, is the variance of the difference in one repeat. */
  readonly squares: number;
  readonly degreesOfFreedom: number;
  /** That variance is no less than this, however alike the repeats came out. Above 0. */
  readonly leastVariance: number;
}

/** Two sides, by name, at each level at which they can be compared. */
export interface Comparison {
  readonly first: string;
  readonly second: string;
  readonly levels: ReadonlyMap<string, Differences>;
}

/** The logarithm of how many times as fast the first is as the second, as far as the repeats tell it. */
export interface LogRatio {
  readonly mean: number;
  readonly standardError: number;
  readonly degreesOfFreedom: number;
  /** Repeats that it rests on, over all its levels. */
  readonly repeats: number;
}

/** What a comparison comes to: at each level, and over all of them, each level as heavy as the other. */
interface Estimated {
  readonly levels: ReadonlyMap<string, LogRatio>;
  readonly whole: LogRatio;
}

interface Variance {
  readonly variance: number;
  readonly degreesOfFreedom: number;
}

/** The common value of variances, and how many degrees of freedom it is worth: fitFDist of Smyth 2004, section 6.2. */
const commonOf = (all: readonly Variance[]): Variance => {
  const halves = all.map(({ degreesOfFreedom }) => degreesOfFreedom / 2);
  const logs = all.map(({ variance }, index) => {
    const half = halves[index] ?? Number.NaN;
    return Math.log(variance) - digamma(half) + Math.log(half);
  });
  const excess = varianceOf(logs) - meanOf(halves.map(trigamma));
  if (!(excess > 0)) {
    const weights = sum(halves);
    return {
      variance: sum(all.map(({ variance }, at) => variance * (halves[at] ?? 0))) / weights,
      degreesOfFreedom: Infinity,
    };
  }
  const half = whereReached((x) => -trigamma(x), -excess, excess ** -0.5, 1 / excess + 1);
  return {
    variance: Math.exp(meanOf(logs) + digamma(half) - Math.log(half)),
    degreesOfFreedom: 2 * half,
  };
};

/** So much the common value of variances counts at most, as a share of what the own repeats of each do. */
export const MOST_SHRINKAGE = 0.75;

/**
 * Shrinks variances towards their common value (empirical Bayes, Smyth 2004, Statistical Applications in Genetics 3), by no more
 * than {@link MOST_SHRINKAGE}: how alike a handful of targets are is hardly known, and one noisy target among quiet ones would
 * often pass as one of them.
 */
export const moderate = (all: readonly Variance[]): readonly Variance[] => {
  const common = commonOf(all);
  const pooled = sum(all.map(({ degreesOfFreedom }) => degreesOfFreedom));
  return all.map(({ variance, degreesOfFreedom: own }) => {
    const prior = Math.min(common.degreesOfFreedom, own * MOST_SHRINKAGE);
    return {
      variance: (prior * common.variance + own * variance) / (prior + own),
      degreesOfFreedom: Math.min(prior + own, pooled),
    };
  });
};

/** The variance of a difference, pooled. */
const pooledVariance = (all: readonly Differences[]): Variance => {
  const degreesOfFreedom = sum(all.map((one) => one.degreesOfFreedom));
  return {
    variance: Math.max(
      sum(all.map(({ squares }) => squares)) / degreesOfFreedom,
      meanOf(all.map(({ leastVariance }) => leastVariance)),
    ),
    degreesOfFreedom,
  };
};

/**
 * The variance of each side by itself, from those of its differences: the residual variance of a side in the two-way model
 * side × repeat, or the unbiased one (Grubbs 1948) if that is greater, which it is for the noisier sides.
 */
const ownVariances = (comparisons: readonly Comparison[]): ReadonlyMap<string, Variance> => {
  const pairs = comparisons.map(({ first, second, levels }) => ({
    sides: [first, second],
    ...pooledVariance([...levels.values()]),
  }));
  const names = [...new Set(pairs.flatMap(({ sides }) => sides))];
  return new Map(
    names.map((name) => {
      const own = pairs.filter(({ sides }) => sides.includes(name));
      const near = new Set(own.flatMap(({ sides }) => sides));
      const among = pairs.filter(({ sides }) => sides.every((side) => near.has(side)));
      const mean = meanOf(own.map(({ variance }) => variance));
      const typical = meanOf(among.map(({ variance }) => variance)) / 2;
      const noisier = near.size > 2 ? Math.max(0, mean - 2 * typical) / (near.size - 2) : 0;
      return [
        name,
        {
          variance: Math.max(mean - typical + noisier, mean / near.size),
          degreesOfFreedom:
            meanOf(own.map(({ degreesOfFreedom }) => degreesOfFreedom)) * (1 - 1 / near.size),
        },
      ];
    }),
  );
};

/** How much noisier than on average each level is, never less; and how many levels' worth of noise the average rests on. */
const levelNoise = (comparisons: readonly Comparison[]) => {
  const names = [...new Set(comparisons.flatMap(({ levels }) => [...levels.keys()]))];
  const own = names.map((name): Variance => {
    const here = comparisons.filter(({ levels }) => levels.has(name));
    const { variance, degreesOfFreedom } = pooledVariance(
      here.flatMap(({ levels }) => levels.get(name) ?? []),
    );
    const sides = new Set(here.flatMap(({ first, second }) => [first, second])).size;
    // Among n sides are n − 1 independent differences.
    return { variance, degreesOfFreedom: (2 * degreesOfFreedom) / sides };
  });
  const moderated = moderate(own).map(({ variance }) => variance);
  const factors = moderated.map((variance) => Math.max(1, variance / meanOf(moderated)));
  return {
    factorOf: new Map(names.map((name, index) => [name, factors[index] ?? 1])),
    share:
      sum(own.map(({ variance }) => variance)) ** 2 /
      (names.length * sum(own.map(({ variance }) => variance ** 2))),
  };
};

/**
 * The ratios of comparisons that share their noise, one a comparison; undefined if it has no level. Noise belongs to a side
 * more than to a level: each side has one variance, over all levels, shrunk towards that of all sides, and the variance of a
 * difference is the sum of two, with the degrees of freedom of Welch and Satterthwaite. Levels that are noisier than others
 * raise it there, and take degrees of freedom from the whole.
 */
export const estimate = (
  comparisons: readonly Comparison[],
): readonly (Estimated | undefined)[] => {
  const open = comparisons.filter(({ levels }) => levels.size > 0);
  const { factorOf, share } = levelNoise(open);
  const own = [...ownVariances(open)].map(([name, { variance, degreesOfFreedom }]) => ({
    name,
    variance,
    degreesOfFreedom: degreesOfFreedom * share,
  }));
  const pooled = sum(own.map(({ degreesOfFreedom }) => degreesOfFreedom));
  const moderated = moderate(own);
  const sides = new Map(own.map(({ name }, index) => [name, moderated[index]]));
  return comparisons.map(({ first, second, levels }) => {
    const [a, b] = [sides.get(first), sides.get(second)];
    if (a === undefined || b === undefined || levels.size === 0) return undefined;
    const variance = a.variance + b.variance;
    const degreesOfFreedom = Math.min(
      pooled,
      variance ** 2 / (a.variance ** 2 / a.degreesOfFreedom + b.variance ** 2 / b.degreesOfFreedom),
    );
    const all = [...levels.values()];
    const least = meanOf(all.map(({ leastVariance }) => leastVariance));
    return {
      levels: new Map(
        [...levels].map(([name, { mean, repeats, leastVariance }]) => [
          name,
          {
            mean,
            standardError: Math.sqrt(
              Math.max(variance * (factorOf.get(name) ?? 1), leastVariance) / repeats,
            ),
            degreesOfFreedom,
            repeats,
          },
        ]),
      ),
      whole: {
        mean: meanOf(all.map(({ mean }) => mean)),
        standardError:
          Math.sqrt(Math.max(variance, least) * sum(all.map(({ repeats }) => 1 / repeats))) /
          all.length,
        degreesOfFreedom,
        repeats: sum(all.map(({ repeats }) => repeats)),
      },
    };
  });
};
