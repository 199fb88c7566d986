import type { Level } from '../../model/measurement.ts';
import type { CompletedMeasurement } from '../../model/record.ts';
import { percentileOfRepeat } from '../../stats/distribution.ts';
import type { Interval, RepeatFigure } from '../../stats/interval.ts';
import { pairedDifferences } from '../../stats/log-ratio.ts';
import type { Differences } from '../../stats/noise.ts';
import { rateOfRepeat, readHistogram } from '../over-repeats.ts';
import type { SummaryRow } from '../summary-row.ts';

/**
 * The figure that verdicts at a load compare: the request rate of a closed loop; in an open loop both targets handle the offered
 * rate, so the median response time.
 */
export type JudgedFigure = 'request rate' | 'median response time';

/** What the comparison of two runs compares: that figure, and the p95. */
export type ComparedFigure = JudgedFigure | 'p95 response time';

export const judgedFigure = ({ loop }: Pick<Level, 'loop'>): JudgedFigure =>
  loop === 'closed' ? 'request rate' : 'median response time';

/** How many times as fast the first is, as the ratio of the figure, first ÷ second; of times the shorter one is the faster. */
export const ratioOf = (
  figure: ComparedFigure,
  speed: { readonly value: number; readonly interval: Interval },
): typeof speed =>
  figure === 'request rate'
    ? speed
    : {
        value: 1 / speed.value,
        interval: {
          ...speed.interval,
          low: 1 / speed.interval.high,
          high: 1 / speed.interval.low,
        },
      };

/**
 * A percentile of the response times of one repeat, of its correct answers, from its histogram; NaN if it has none.
 *
 * @throws BenchError if the histogram is damaged
 */
const percentileOf = ({ measurement, load }: CompletedMeasurement, percent: number): RepeatFigure =>
  percentileOfRepeat(readHistogram(`the measurement "${measurement.id}"`, load.histogram), percent);

/** A repeat is compared with each other target. */
const knownMedians = new WeakMap<CompletedMeasurement, RepeatFigure>();

const medianOf = (measurement: CompletedMeasurement): RepeatFigure => {
  const median = knownMedians.get(measurement) ?? percentileOf(measurement, 50);
  knownMedians.set(measurement, median);
  return median;
};

/** The figure of one repeat; times are in the unit of the histogram, which changes no ratio. */
const FIGURE_OF_REPEAT: Readonly<
  Record<ComparedFigure, (measurement: CompletedMeasurement) => RepeatFigure>
> = {
  'request rate': ({ load }) => rateOfRepeat(load),
  'median response time': medianOf,
  'p95 response time': (measurement) => percentileOf(measurement, 95),
};

/** A row with its repeats: one side of a comparison. */
export interface Side {
  readonly row: SummaryRow;
  readonly repeats: readonly CompletedMeasurement[];
}

/** What the repeats that can be compared come to. Not the repeats themselves: a long run has a million of them. */
export interface Pairing {
  readonly differences: Differences;
  /** Repeats that failed on at least one side. */
  readonly failed: number;
}

/** How many times as fast the first is: of rates first ÷ second, of times second ÷ first. */
const speedsOf = (figure: ComparedFigure, first: RepeatFigure, second: RepeatFigure) =>
  figure === 'request rate' ? ([first, second] as const) : ([second, first] as const);

/**
 * The repeats of two sides by their numbers, if the same nodes measured them.
 *
 * @throws BenchError if a histogram is damaged
 */
export const pairRepeats = (
  figure: ComparedFigure,
  first: Side,
  second: Side,
  differencesOf = pairedDifferences,
): Pairing => {
  const figureOf = FIGURE_OF_REPEAT[figure];
  const others = new Map(second.repeats.map((other) => [other.measurement.repeat, other]));
  const pairs = first.repeats
    .toSorted((a, b) => a.measurement.repeat - b.measurement.repeat)
    .flatMap((one) => {
      const other = others.get(one.measurement.repeat);
      return other === undefined || other.pair !== one.pair
        ? []
        : [speedsOf(figure, figureOf(one), figureOf(other))];
    });
  const failed = [first, second].flatMap(({ row }) =>
    row.failedRepeats.map(({ repeat }) => repeat),
  );
  return { differences: differencesOf(pairs), failed: new Set(failed).size };
};
