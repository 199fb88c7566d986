import type { Level } from '../../model/measurement.ts';
import type { CompletedMeasurement } from '../../model/record.ts';
import { percentileOfRepeat } from '../../stats/distribution.ts';
import { MICROSECONDS_PER_MS } from '../../stats/histogram.ts';
import type { Interval } from '../../stats/interval.ts';
import {
  pairedDifferences,
  type MeasuredPairs,
  type MeasuredRate,
  type MeasuredSpeed,
  type MeasuredTime,
} from '../../stats/log-ratio.ts';
import type { Differences } from '../../stats/noise.ts';
import { readHistogram } from '../merged-latency.ts';
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

/** The ends of the inverse ratio: second ÷ first for first ÷ second. */
export const inverted = <Ends extends Pick<Interval, 'low' | 'high'>>(interval: Ends): Ends => ({
  ...interval,
  low: 1 / interval.high,
  high: 1 / interval.low,
});

/** How many times as fast the first is, as the ratio of the figure, first ÷ second; of times the shorter one is the faster. */
export const ratioOf = (
  figure: ComparedFigure,
  speed: { readonly value: number; readonly interval: Interval },
): typeof speed =>
  figure === 'request rate'
    ? speed
    : { value: 1 / speed.value, interval: inverted(speed.interval) };

/**
 * A percentile of the response times of one repeat, of its correct answers, from its histogram; NaN if it has none.
 *
 * @throws BenchError if the histogram is damaged
 */
export const percentileOf = (
  { measurement, load }: CompletedMeasurement,
  percent: number,
): MeasuredTime => {
  const histogram = readHistogram(`the measurement "${measurement.id}"`, load.histogram);
  const { value, leastError } = percentileOfRepeat(histogram, percent);
  return { timeMs: value / MICROSECONDS_PER_MS, leastError };
};

/** A repeat is compared with each other target. */
const knownMedians = new WeakMap<CompletedMeasurement, MeasuredTime>();

/** The median response time of one repeat. */
export const medianOf = (measurement: CompletedMeasurement): MeasuredTime => {
  const before = knownMedians.get(measurement);
  if (before !== undefined) return before;
  const median = percentileOf(measurement, 50);
  knownMedians.set(measurement, median);
  return median;
};

/** A row with its repeats: one side of a comparison. */
export interface Side {
  readonly row: SummaryRow;
  readonly repeats: readonly CompletedMeasurement[];
}

/** The rate of one repeat: correct answers inside the window ÷ its length. */
export const rateOf = ({ load }: CompletedMeasurement): MeasuredRate => ({
  ratePerSecond: load.requestRatePerSecond,
  answers: load.requestRatePerSecond * load.durationSeconds,
});

/**
 * The figure that a repeat is judged by: its rate, or its median response time in an open loop.
 *
 * @throws BenchError if its histogram is damaged
 */
const speedOf = (measurement: CompletedMeasurement): MeasuredSpeed =>
  judgedFigure(measurement.measurement.level) === 'request rate'
    ? rateOf(measurement)
    : medianOf(measurement);

/** What the repeats that can be compared come to. Not the repeats themselves: a long run has a million of them. */
export interface Pairing {
  readonly differences: Differences;
  /** Repeats that failed on at least one side. */
  readonly failed: number;
}

export const pairingOf = (
  pairs: MeasuredPairs,
  failed: number,
  differencesOf = pairedDifferences,
): Pairing => ({
  differences: differencesOf(pairs),
  failed,
});

/** The measurements of the repeats that both have, in their order. Each repeat ran on one machine, see `shareRepeats`. */
export const pairedMeasurements = (
  first: readonly CompletedMeasurement[],
  second: readonly CompletedMeasurement[],
): readonly (readonly [first: CompletedMeasurement, second: CompletedMeasurement])[] => {
  const byRepeat = new Map(
    second.map((measurement) => [measurement.measurement.repeat, measurement]),
  );
  return first
    .toSorted((a, b) => a.measurement.repeat - b.measurement.repeat)
    .flatMap((measurement) => {
      const other = byRepeat.get(measurement.measurement.repeat);
      return other === undefined ? [] : [[measurement, other] as const];
    });
};

/** How many repeats failed on at least one side. */
export const failedRepeats = (first: Side, second: Side): number =>
  new Set([first, second].flatMap(({ row }) => row.failedRepeats.map(({ repeat }) => repeat))).size;

/** The repeats of two sides by their numbers. */
export const pairRepeats = (first: Side, second: Side): Pairing =>
  pairingOf(
    pairedMeasurements(first.repeats, second.repeats).map(
      ([one, other]) => [speedOf(one), speedOf(other)] as const,
    ),
    failedRepeats(first, second),
  );
