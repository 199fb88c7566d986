/*
 * Ratios of a figure in two runs, and how far chance may have moved them.
 *
 * Two runs were measured at different times: one may have had more noise and more repeats than the other. So each run keeps a variance of
 * its own (Welch), and only the rows of one run tell something about each other's noise (`moderate` in `noise.ts`).
 */
import { meanOf, sum, varianceOf } from './moments.ts';
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

/**
 * The ratios after ÷ before of several figures.
 *
 * The variance of a difference is a + b, with (a + b)² ÷ (a² ÷ dₐ + b² ÷ d_b) degrees of freedom (Welch 1947).
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
    const variance = sum(parts.map((part) => part.variance));
    return {
      mean: log - (before?.[at]?.log ?? 0),
      standardError: Math.sqrt(variance),
      degreesOfFreedom:
        variance ** 2 / sum(parts.map((part) => part.variance ** 2 / part.degreesOfFreedom)),
      repeats,
    };
  });
};
