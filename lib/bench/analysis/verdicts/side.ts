import type { CompletedMeasurement } from '../../model/record.ts';
import type { SummaryRow } from '../summary-row.ts';
import { judgedFigure } from './judged-figure.ts';
import type { MeasuredRate, MeasuredSpeed } from '../../stats/log-ratio.ts';
import { medianOf } from './measured-percentile.ts';

/** A row with the repeats that it was made from: one side of a comparison. */
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
 * What one repeat is judged by: its rate, or at an open loop its median response time.
 *
 * @throws BenchError where its histogram is damaged
 */
export const speedOf = (measurement: CompletedMeasurement): MeasuredSpeed =>
  judgedFigure(measurement.measurement.level) === 'request rate'
    ? rateOf(measurement)
    : medianOf(measurement);

/** Repeats that can be held against each other. */
export interface Pairing {
  readonly pairs: readonly (readonly [first: MeasuredSpeed, second: MeasuredSpeed])[];
  /** Repeats that gave no figures on one side at least, as they failed there. */
  readonly failed: number;
}

/** What became of the repeats that no pair was made of, as a continuation of their number; empty where all are in pairs. */
export const unpairedText = ({ failed }: Pick<Pairing, 'failed'>): string =>
  failed === 0 ? '' : `; ${failed} more failed on one side at least`;

/** The measurements of the repeats that both have, in their order. A repeat was measured on one machine: `shareRepeats`. */
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

/** How many repeats gave no figures on one side at least. */
export const failedRepeats = (first: Side, second: Side): number =>
  new Set([first, second].flatMap(({ row }) => row.failedRepeats.map(({ repeat }) => repeat))).size;

/** The repeats of two sides by their numbers. */
export const pairRepeats = (first: Side, second: Side): Pairing => ({
  pairs: pairedMeasurements(first.repeats, second.repeats).map(
    ([one, other]) => [speedOf(one), speedOf(other)] as const,
  ),
  failed: failedRepeats(first, second),
});
