import type { Level } from '../../model/measurement.ts';
import type { CompletedMeasurement } from '../../model/record.ts';
import { percentileOfRepeat } from '../../stats/distribution.ts';
import type { Interval, RepeatFigure } from '../../stats/interval.ts';
import { pairedDifferences, type Differences } from '../../stats/noise.ts';
import { rateOfRepeat, readHistogram } from '../figures-over-repeats.ts';
import type { MeasuredRow } from '../records.ts';
import type { ComparedFigure, JudgedFigure } from '../verdict-types.ts';

export const judgedFigure = ({ loop }: Pick<Level, 'loop'>): JudgedFigure =>
  loop === 'closed' ? 'request rate' : 'median response time';

/** Converts a ratio of speeds, first ÷ second, into a ratio of the figure. For response times, that is the inverse. */
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
 * A percentile of the response times of one repeat; NaN if it has no correct answers.
 *
 * @throws BenchError `BENCH_DAMAGED` if the histogram cannot be read
 */
const percentileOf = ({ measurement, load }: CompletedMeasurement, percent: number): RepeatFigure =>
  percentileOfRepeat(readHistogram(`the measurement "${measurement.id}"`, load.histogram), percent);

/** Cache: a repeat is compared with every other target. */
const cachedMedians = new WeakMap<CompletedMeasurement, RepeatFigure>();

const medianOf = (measurement: CompletedMeasurement): RepeatFigure => {
  const median = cachedMedians.get(measurement) ?? percentileOf(measurement, 50);
  cachedMedians.set(measurement, median);
  return median;
};

/** The figure of one repeat. Times are in microseconds; only their ratios count. */
const FIGURE_OF_REPEAT: Readonly<
  Record<ComparedFigure, (measurement: CompletedMeasurement) => RepeatFigure>
> = {
  'request rate': ({ load }) => rateOfRepeat(load),
  'median response time': medianOf,
  'p95 response time': (measurement) => percentileOf(measurement, 95),
};

/** The differences of two rows. It does not keep the repeats: a long run has a million pairs of them. */
export interface Pairing {
  readonly differences: Differences;
  /** Number of repeats that failed in at least one of the rows. */
  readonly failed: number;
}

/** Orders two figures so that the first ÷ the second says how many times as fast the first row is. */
const speedsOf = (figure: ComparedFigure, first: RepeatFigure, second: RepeatFigure) =>
  figure === 'request rate' ? ([first, second] as const) : ([second, first] as const);

/**
 * Compares repeats with the same number on the same node pair.
 *
 * @throws BenchError `BENCH_DAMAGED` if a histogram cannot be read
 */
export const pairRepeats = (
  figure: ComparedFigure,
  first: MeasuredRow,
  second: MeasuredRow,
  differencesOf = pairedDifferences,
): Pairing => {
  const figureOf = FIGURE_OF_REPEAT[figure];
  const secondByNumber = new Map(
    second.repeats.map((record) => [record.measurement.repeat, record]),
  );
  const pairs = first.repeats
    .toSorted((a, b) => a.measurement.repeat - b.measurement.repeat)
    .flatMap((record) => {
      const other = secondByNumber.get(record.measurement.repeat);
      return other === undefined || other.pair !== record.pair
        ? []
        : [speedsOf(figure, figureOf(record), figureOf(other))];
    });
  const failed = [first, second].flatMap(({ row }) =>
    row.failedRepeats.map(({ repeat }) => repeat),
  );
  return { differences: differencesOf(pairs), failed: new Set(failed).size };
};
