import type { CompletedCell } from '../../results/record.ts';
import type { Side } from '../verdicts/side.ts';

const isSameRecord = (one: CompletedCell, other: CompletedCell | undefined): boolean =>
  one.startedAt === other?.startedAt &&
  one.finishedAt === other.finishedAt &&
  one.load.requestRatePerSecond === other.load.requestRatePerSecond &&
  one.load.histogram === other.load.histogram;

/** Whether two sides are one measurement: a run against itself, or against a copy of itself. */
export const isSameMeasurement = (before: Side, after: Side): boolean =>
  after.repeats.length > 0 &&
  after.repeats.length === before.repeats.length &&
  after.repeats.every((record, index) => isSameRecord(record, before.repeats[index]));

/** What is to be said of rows that were compared with themselves. Empty where there are none. */
export const sameRunNotices = (same: number, rows: number): readonly string[] => {
  if (same === 0) return [];
  return [
    same === rows
      ? 'Before and after are the same run: every row would be compared with itself, so nothing here says that anything changed or stayed. Give two runs that were made at different times.'
      : `${same} of ${rows} rows ${same === 1 ? 'is' : 'are'} the same measurement in both runs, as when one run is a copy of the other that went on: ${same === 1 ? 'it says' : 'they say'} nothing of a change.`,
  ];
};
