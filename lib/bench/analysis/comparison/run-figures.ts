import type { CompletedMeasurement } from '../../model/record.ts';
import {
  type Distribution,
  mergeDistributions,
  percentileOfRepeat,
} from '../../stats/histogram.ts';
import type { RepeatFigure } from '../../stats/interval.ts';
import { sum } from '../../stats/moments.ts';
import { percentileFigure } from '../../stats/percentile-of-run.ts';
import { meanFigure, type RunFigure } from '../../stats/run-ratios.ts';
import { pooledRate, rateOfRepeat, readHistogram } from '../figures-over-repeats.ts';
import { groupBy } from '../group-by.ts';
import type { ComparedFigure } from '../verdict-types.ts';

/** The windows of a row in one repeat. */
export interface RepeatOfRow {
  readonly repeat: number;
  readonly pair: number | undefined;
  readonly windows: readonly CompletedMeasurement[];
}

/** The repeats of a row, in the order of their numbers. */
export const repeatsOf = (windows: readonly CompletedMeasurement[]): readonly RepeatOfRow[] =>
  [...groupBy(windows, ({ measurement }) => String(measurement.repeat)).values()]
    .map((ofRepeat) => ({
      repeat: ofRepeat[0].measurement.repeat,
      pair: ofRepeat[0].pair,
      windows: ofRepeat,
    }))
    .toSorted((a, b) => a.repeat - b.repeat);

/** The response times of a repeat. */
const timesIn = ({ windows }: RepeatOfRow): Distribution =>
  mergeDistributions(
    windows.map(({ measurement, load }) =>
      readHistogram(`the measurement "${measurement.id}"`, load.histogram),
    ),
  ) ?? { total: 0, indexes: [], upTo: [] };

const rateIn = ({ windows }: RepeatOfRow): RepeatFigure => {
  const loads = windows.map(({ load }) => load);
  const durationSeconds = sum(loads.map((load) => load.durationSeconds));
  return rateOfRepeat({ requestRatePerSecond: pooledRate(loads), durationSeconds });
};

const FIGURE_OF_REPEAT = {
  'request rate': rateIn,
  'median response time': (repeat: RepeatOfRow) => percentileOfRepeat(timesIn(repeat), 50),
} as const;

/**
 * The logarithm of a figure of a row in one run, or of the ratio of two.
 *
 * @param divisors repeats of an earlier run, each on the same node pair as the repeat at its place
 * @throws BenchError `BENCH_DAMAGED` if a histogram cannot be read
 */
export const figureOfRow = (
  figure: ComparedFigure,
  repeats: readonly RepeatOfRow[],
  divisors: readonly RepeatOfRow[] = [],
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
