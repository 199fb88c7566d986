/*
 * Estimates the ratio of two targets and how far chance may have moved it.
 *
 * All figures are natural logarithms of rates or times. The difference of two logarithms is the logarithm of a ratio, and a standard
 * deviation of 0.02 means that the ratio scatters by about 2 %.
 *
 * The usual method, Student's t on the differences of a single pair, estimates the noise from a few repeats only. Its intervals are wide:
 * with three repeats, t is 4.3 instead of about 2. But all pairs of a run were measured on the same machine, so each pair also says
 * something about the noise of the others:
 *
 * 1. `targetVariances` splits the variances of differences into one variance for each target, from all pairs and levels of that target.
 * 2. `moderate` pulls each variance towards a typical value. This is empirical Bayes: the prior, the distribution that the true variances
 *    are assumed to come from, is estimated from the variances of the same run.
 * 3. `levelNoise` finds levels that are noisier than the average.
 * 4. `estimate` adds the variances of both targets, divides by the number of repeats, and counts the degrees of freedom of the sum.
 *
 * `test/calibration/verdicts.test.ts` shows by simulation that the verdicts keep their error rate.
 */
import { meanOf, sum, varianceOf, squaresOf } from './moments.ts';
import { digamma, trigamma, whereReached } from './probability.ts';
import type { RepeatFigure } from './interval.ts';

/** The differences of logarithms of two targets at one level, over the repeats that both have. */
export interface Differences {
  readonly mean: number;
  /** At least 2. */
  readonly repeats: number;
  /** Sum of squares. Divided by the degrees of freedom, it is the variance of the difference in one repeat. */
  readonly squares: number;
  readonly degreesOfFreedom: number;
  /** Lower limit of that variance, however alike the repeats came out. Above 0. */
  readonly minVariance: number;
}

/** Two targets, by name, at each level at which they can be compared. */
export interface PairDifferences {
  readonly first: string;
  readonly second: string;
  readonly levels: ReadonlyMap<string, Differences>;
}

/** The logarithm of how many times as fast the first target is as the second. */
export interface LogRatio {
  readonly mean: number;
  readonly standardError: number;
  readonly degreesOfFreedom: number;
  /** Number of repeats behind it, summed over its levels. */
  readonly repeats: number;
}

/** The ratio of a pair at each level, and over all levels with equal weight. */
interface EstimatedRatios {
  readonly levels: ReadonlyMap<string, LogRatio>;
  readonly overall: LogRatio;
}

/** A variance, and the degrees of freedom that say how well it is known. */
interface Variance {
  readonly variance: number;
  readonly degreesOfFreedom: number;
}

/**
 * Estimates the prior from sample variances: the typical variance s₀², and how alike the true variances are, as degrees of freedom d₀. A
 * large d₀ means that all true variances are about the same.
 *
 * A sample variance s² with d degrees of freedom scatters even if all true variances are equal. With the digamma function ψ and the
 * trigamma function ψ′, z = ln s² − ψ(d/2) + ln(d/2) is an unbiased estimate of the logarithm of the true variance, and scatters by chance
 * with the variance ψ′(d/2). If the z scatter more than that, the excess is due to differences between the true variances, and
 * ψ′(d₀/2) = excess gives d₀. Without an excess, all true variances count as equal: d₀ is infinite, and s₀² is the pooled variance.
 *
 * @see Smyth (2004), Linear models and empirical Bayes methods, Statistical Applications in Genetics and Molecular Biology 3, section
 *   6.2; `fitFDist` of limma
 */
const fitPrior = (samples: readonly Variance[]): Variance => {
  const halves = samples.map(({ degreesOfFreedom }) => degreesOfFreedom / 2);
  const logs = samples.map(({ variance }, index) => {
    const half = halves[index] ?? Number.NaN;
    return Math.log(variance) - digamma(half) + Math.log(half);
  });
  const scatterByChance = meanOf(halves.map(trigamma));
  const excess = varianceOf(logs) - scatterByChance;
  // NaN, if there is a single sample, counts as no excess.
  if (!(excess > 0)) {
    const pooled = sum(samples.map(({ variance }, index) => variance * (halves[index] ?? 0)));
    return { variance: pooled / sum(halves), degreesOfFreedom: Infinity };
  }
  // ψ′(x) falls, and lies between 1 ÷ x² and 1 ÷ (x − 1): so the x with ψ′(x) = excess lies between these two limits.
  const half = whereReached((x) => -trigamma(x), -excess, excess ** -0.5, 1 / excess + 1);
  return {
    variance: Math.exp(meanOf(logs) + digamma(half) - Math.log(half)),
    degreesOfFreedom: 2 * half,
  };
};

/** Upper limit of the prior's degrees of freedom, as a multiple of each variance's own. */
export const MAX_SHRINKAGE = 0.75;

/**
 * Shrinks sample variances towards the typical value of {@link fitPrior}: (d₀·s₀² + d·s²) ÷ (d₀ + d), with d₀ + d degrees of freedom. The
 * prior acts like d₀ additional observations whose variance is s₀². A variance that is small or large by chance moves back, and has more
 * degrees of freedom, so that intervals become narrower.
 *
 * The prior weighs at most {@link MAX_SHRINKAGE} times as much as the variance's own observations, because a handful of targets hardly
 * tells how alike they are: a noisy target among quiet ones would often be taken for one of them. No variance gets more degrees of
 * freedom than all of them have together.
 *
 * @see Smyth (2004), section 4: the moderated t
 */
export const moderate = (samples: readonly Variance[]): readonly Variance[] => {
  const prior = fitPrior(samples);
  const total = sum(samples.map(({ degreesOfFreedom }) => degreesOfFreedom));
  return samples.map(({ variance, degreesOfFreedom }) => {
    const weight = Math.min(prior.degreesOfFreedom, degreesOfFreedom * MAX_SHRINKAGE);
    return {
      variance:
        (weight * prior.variance + degreesOfFreedom * variance) / (weight + degreesOfFreedom),
      degreesOfFreedom: Math.min(weight + degreesOfFreedom, total),
    };
  });
};

/** The variance of a difference in one repeat, pooled over levels or pairs. */
const pooledVariance = (differences: readonly Differences[]): Variance => {
  const degreesOfFreedom = sum(differences.map((each) => each.degreesOfFreedom));
  return {
    variance: Math.max(
      sum(differences.map(({ squares }) => squares)) / degreesOfFreedom,
      meanOf(differences.map(({ minVariance }) => minVariance)),
    ),
    degreesOfFreedom,
  };
};

/** The variance of the differences of one pair, over all its levels. */
interface PairVariance extends Variance {
  readonly targets: readonly string[];
}

/**
 * The variance of one target, from the variances of differences. With independent noise, the difference of the targets i and j has the
 * variance σᵢ² + σⱼ². With m, the mean variance of the differences of target i, and a, the average σ² of all n targets, there are two
 * estimates of σᵢ²:
 *
 * - m − a, the variance of the target's residuals in the two-way model target × repeat. It lies between σᵢ² and a.
 * - m − a + (m − 2a) ÷ (n − 2), which is unbiased (Grubbs). It may be negative for quiet targets.
 *
 * The greater one counts: the unbiased one for targets that are noisier than the average, the cautious one for the others. Of two targets,
 * each gets half of the variance of their difference. If some pairs are missing, m ÷ n is a lower limit.
 *
 * @see Grubbs (1948), On estimating precision of measuring instruments and product variability, JASA 43
 */
const targetVariance = (target: string, pairs: readonly PairVariance[]): Variance => {
  const ownPairs = pairs.filter(({ targets }) => targets.includes(target));
  const neighbours = new Set(ownPairs.flatMap(({ targets }) => targets));
  const pairsAmong = pairs.filter(({ targets }) => targets.every((name) => neighbours.has(name)));
  const count = neighbours.size;
  const meanDifference = meanOf(ownPairs.map(({ variance }) => variance));
  const averageVariance = meanOf(pairsAmong.map(({ variance }) => variance)) / 2;
  const residual = meanDifference - averageVariance;
  const grubbs = count > 2 ? Math.max(0, meanDifference - 2 * averageVariance) / (count - 2) : 0;
  const degreesOfFreedom = meanOf(ownPairs.map((pair) => pair.degreesOfFreedom));
  return {
    variance: Math.max(residual + grubbs, meanDifference / count),
    // The model also estimates the mean of each repeat, which costs one of n degrees of freedom.
    degreesOfFreedom: degreesOfFreedom * (1 - 1 / count),
  };
};

/** The variance of each target over all its levels, by name. */
const targetVariances = (
  comparisons: readonly PairDifferences[],
): ReadonlyMap<string, Variance> => {
  const pairs = comparisons.map(({ first, second, levels }): PairVariance => ({
    targets: [first, second],
    ...pooledVariance([...levels.values()]),
  }));
  const names = new Set(pairs.flatMap(({ targets }) => targets));
  return new Map([...names].map((name) => [name, targetVariance(name, pairs)]));
};

/**
 * Compares the noise of the levels.
 *
 * - `factorOf`: the variance at each level ÷ the average, but at least 1, because a level may seem quiet by chance.
 * - `effectiveShare`: the share of the degrees of freedom that remains if the noise of the levels is unequal: (Σv)² ÷ (L·Σv²) for the
 *   variances v of L levels (Satterthwaite 1946). It is 1 if all are equal, and 1 ÷ L if a single level makes all the noise.
 */
const levelNoise = (comparisons: readonly PairDifferences[]) => {
  const names = [...new Set(comparisons.flatMap(({ levels }) => [...levels.keys()]))];
  const samples = names.map((name): Variance => {
    const measured = comparisons.filter(({ levels }) => levels.has(name));
    const { variance, degreesOfFreedom } = pooledVariance(
      measured.flatMap(({ levels }) => levels.get(name) ?? []),
    );
    const targets = new Set(measured.flatMap(({ first, second }) => [first, second])).size;
    // Of the n (n − 1) ÷ 2 differences of n targets, only n − 1 are independent.
    return { variance, degreesOfFreedom: (2 * degreesOfFreedom) / targets };
  });
  const variances = samples.map(({ variance }) => variance);
  const moderated = moderate(samples).map(({ variance }) => variance);
  const average = meanOf(moderated);
  return {
    factorOf: new Map(
      names.map((name, index) => [name, Math.max(1, (moderated[index] ?? average) / average)]),
    ),
    effectiveShare:
      sum(variances) ** 2 / (names.length * sum(variances.map((variance) => variance ** 2))),
  };
};

/**
 * The variance of the difference of two independent targets, with the degrees of freedom of Welch and Satterthwaite:
 * (a + b)² ÷ (a² ÷ dₐ + b² ÷ d_b).
 */
const varianceOfDifference = (first: Variance, second: Variance): Variance => {
  const variance = first.variance + second.variance;
  return {
    variance,
    degreesOfFreedom:
      variance ** 2 /
      (first.variance ** 2 / first.degreesOfFreedom +
        second.variance ** 2 / second.degreesOfFreedom),
  };
};

/** The mean over levels, each with equal weight. Its variance is the mean of their variances ÷ the number of levels. */
const overLevels = (
  levels: readonly Differences[],
  { variance, degreesOfFreedom }: Variance,
): LogRatio => {
  const least = meanOf(levels.map(({ minVariance }) => minVariance));
  const sumOfVariances = Math.max(variance, least) * sum(levels.map(({ repeats }) => 1 / repeats));
  return {
    mean: meanOf(levels.map(({ mean }) => mean)),
    standardError: Math.sqrt(sumOfVariances) / levels.length,
    degreesOfFreedom,
    repeats: sum(levels.map(({ repeats }) => repeats)),
  };
};

/**
 * Estimates the ratios of comparisons that were measured on one machine and therefore inform each other about the noise, see the top
 * of this file. A target has one variance over all levels, since noise belongs to a target more than to a level. A level that is
 * noisier than the others raises the variance there, and costs all ratios degrees of freedom.
 *
 * @returns one entry a comparison, in their order; undefined for a comparison without levels
 */
export const estimate = (
  comparisons: readonly PairDifferences[],
): readonly (EstimatedRatios | undefined)[] => {
  const measured = comparisons.filter(({ levels }) => levels.size > 0);
  const { factorOf, effectiveShare } = levelNoise(measured);
  const samples = [...targetVariances(measured)].map(([name, { variance, degreesOfFreedom }]) => ({
    name,
    variance,
    degreesOfFreedom: degreesOfFreedom * effectiveShare,
  }));
  const total = sum(samples.map(({ degreesOfFreedom }) => degreesOfFreedom));
  const moderated = moderate(samples);
  const varianceOfTarget = new Map(samples.map(({ name }, index) => [name, moderated[index]]));
  return comparisons.map(({ first, second, levels }) => {
    const firstVariance = varianceOfTarget.get(first);
    const secondVariance = varianceOfTarget.get(second);
    if (firstVariance === undefined || secondVariance === undefined || levels.size === 0)
      return undefined;
    const difference = varianceOfDifference(firstVariance, secondVariance);
    const degreesOfFreedom = Math.min(total, difference.degreesOfFreedom);
    const { variance } = difference;
    const atLevel = (name: string, { mean, repeats, minVariance }: Differences): LogRatio => {
      const varianceHere = Math.max(variance * (factorOf.get(name) ?? 1), minVariance);
      return { mean, standardError: Math.sqrt(varianceHere / repeats), degreesOfFreedom, repeats };
    };
    return {
      levels: new Map([...levels].map(([name, level]) => [name, atLevel(name, level)])),
      overall: overLevels([...levels.values()], { variance, degreesOfFreedom }),
    };
  });
};

/** The same figure of two targets in each repeat that both have. */
export type RepeatPairs = readonly (readonly [first: RepeatFigure, second: RepeatFigure])[];

/**
 * Lower limit of the variance: a repeat's figure is known no better than its answers allow. Without it, repeats that happen to come out
 * alike, as those of slow servings in short windows do, would seem to be certain.
 */
const minVarianceOf = (pairs: RepeatPairs): number =>
  Math.max(...pairs.flat().map(({ minError }) => minError)) ** 2;

const logOf = ({ value }: RepeatFigure): number => Math.log(value);

/** For targets measured in the same repeats: what a repeat did to both, such as a drift of the machine, cancels. */
export const pairedDifferences = (pairs: RepeatPairs): Differences => {
  const differences = pairs.map(([first, second]) => logOf(first) - logOf(second));
  return {
    mean: meanOf(differences),
    repeats: pairs.length,
    squares: squaresOf(differences),
    degreesOfFreedom: pairs.length - 1,
    minVariance: minVarianceOf(pairs),
  };
};
