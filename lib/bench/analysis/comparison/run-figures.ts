import type { CompletedMeasurement } from '../../model/record.ts';
import type { Distribution } from '../../stats/histogram.ts';
import { percentileFigure } from '../../stats/percentile-of-run.ts';
import { meanFigure, type RunFigure } from '../../stats/run-ratios.ts';
import { readHistogram } from '../figures-over-repeats.ts';
import type { ComparedFigure } from '../verdict-types.ts';
import { FIGURE_OF_REPEAT } from '../verdicts/pairing.ts';

const timesIn = ({ measurement, load }: CompletedMeasurement): Distribution =>
  readHistogram(`the measurement "${measurement.id}"`, load.histogram);

/**
 * The logarithm of a figure of a row in one run, or of the ratio of two.
 *
 * @param divisors repeats of an earlier run, each on the same node pair as the repeat at its place
 * @throws BenchError `BENCH_DAMAGED` if a histogram cannot be read
 */
export const figureOfRow = (
  figure: ComparedFigure,
  repeats: readonly CompletedMeasurement[],
  divisors: readonly CompletedMeasurement[] = [],
): RunFigure => {
  if (figure === 'p95 response time') {
    return percentileFigure(95, repeats.map(timesIn), divisors.map(timesIn));
  }
  const figures = repeats.map(FIGURE_OF_REPEAT[figure]);
  const divisorFigures = divisors.map(FIGURE_OF_REPEAT[figure]);
  return meanFigure(
    figures.map(({ value }, at) => Math.log(value / (divisorFigures[at]?.value ?? 1))),
    Math.max(...[...figures, ...divisorFigures].map(({ minError }) => minError)),
  );
};
