/*
 * Ratios of a figure in two runs, and how far chance may have moved them.
 *
 * Two runs were measured at different times: one may have had more noise and more repeats than the other. So each run keeps a variance of
 * its own (Welch), and only the rows of one run tell something about each other's noise (`moderate` in `noise.ts`).
 */
import { meanOf, medianOf, sum, varianceOf } from './moments.ts';
import { type LogRatio, moderate } from './noise.ts';

/** The natural logarithm of a figure of one run, and the noise between its repeats. */
export interface RunFigure {
  readonly log: number;
  /** Of one repeat's figure: the variance of `log` × `repeats`. Above 0. */
  readonly variance: number;
  /** At least 2. */
  readonly repeats: number;
}

/**
 * The mean of the logarithms of the repeats' figures.
 *
 * @param leastError of a repeat, as a share: repeats that happen to come out alike do not make a figure certain
 */
export const meanFigure = (logs: readonly number[], leastError: number): RunFigure => ({
  log: meanOf(logs),
  variance: Math.max(varianceOf(logs), leastError ** 2),
  repeats: logs.length,
});

/** Pulls the variances of figures that were measured together towards a typical value. */
const moderated = (figures: readonly RunFigure[]) =>
  moderate(
    figures.map(({ variance, repeats }) => ({ variance, degreesOfFreedom: repeats - 1 })),
  ).map(({ variance, degreesOfFreedom }, at) => ({
    variance: variance / (figures[at]?.repeats ?? Number.NaN),
    degreesOfFreedom,
  }));

/** The error of a sum or difference, whose variance is a + b, with (a + b)² ÷ (a² ÷ dₐ + b² ÷ d_b) degrees of freedom (Welch 1947). */
const errorOfSum = (
  parts: readonly { readonly variance: number; readonly degreesOfFreedom: number }[],
) => {
  const variance = sum(parts.map((part) => part.variance));
  return {
    standardError: Math.sqrt(variance),
    degreesOfFreedom:
      variance ** 2 / sum(parts.map((part) => part.variance ** 2 / part.degreesOfFreedom)),
  };
};

/**
 * The ratios after ÷ before of several figures.
 *
 * @param before undefined: each figure of `after` is already the logarithm of a ratio
 */
export const ratiosOfRuns = (
  after: readonly RunFigure[],
  before?: readonly RunFigure[],
): readonly LogRatio[] => {
  const runs = before === undefined ? [after] : [after, before];
  const moderatedRuns = runs.map(moderated);
  return after.map(({ log, repeats }, at) => {
    const parts = moderatedRuns.flatMap((run) => run[at] ?? []);
    return { mean: log - (before?.[at]?.log ?? 0), ...errorOfSum(parts), repeats };
  });
};

/** How differently targets changed beside other programs, as a share of their common change: 2 to 4 % in recorded runs that lost half to two thirds of their rate. */
const UNLIKE_SHARE = 0.05;

/**
 * A ratio ÷ the median of others. The error of the median is what the noise of the others tells, and {@link UNLIKE_SHARE}. Their distances are
 * no part of it: if one of them changed for another reason, the median hardly moves.
 *
 * @param others at least one
 */
export const ratioAgainst = (ratio: LogRatio, others: readonly LogRatio[]): LogRatio => {
  const common = medianOf(others.map(({ mean }) => mean));
  const variance =
    sum(others.map(({ standardError }) => standardError ** 2)) / others.length ** 2 +
    (UNLIKE_SHARE * common) ** 2;
  const { standardError, degreesOfFreedom } = ratio;
  return {
    mean: ratio.mean - common,
    ...errorOfSum([
      { variance: standardError ** 2, degreesOfFreedom },
      { variance, degreesOfFreedom: sum(others.map((other) => other.degreesOfFreedom)) },
    ]),
    repeats: ratio.repeats,
  };
};
