import { targetId, type Measurement } from '../model/measurement.ts';
import type { Plan } from '../model/plan.ts';
import { searchOf } from '../plan/slo-search.ts';
import { isTuningMeasurement } from '../plan/tuning.ts';
import {
  type CompletedMeasurement,
  type FailedMeasurement,
  isAnswerFault,
  type ResultRecord,
  type Stopped,
} from '../model/record.ts';
import type { SummaryRow } from './summary-row.ts';
import { FIRST_LOOK_REPEATS, type ScheduledRepeats } from '../stats/looks.ts';
import { medianOf } from '../stats/moments.ts';
import { isUnsteady } from '../stats/steady-state.ts';
import { groupBy } from './group-by.ts';
import { mergeBlocks } from './merge-blocks.ts';

/** A row with its completed repeats. */
export interface MeasuredRow {
  readonly row: SummaryRow;
  readonly repeats: readonly CompletedMeasurement[];
}

/** The records of the measurements of a plan, by id. */
export interface MeasurementRecords {
  readonly completed: ReadonlyMap<string, CompletedMeasurement>;
  readonly failed: ReadonlyMap<string, FailedMeasurement>;
  /** Planned measurements without a record, in the order of the plan. */
  readonly missing: readonly Measurement[];
}

/** Whether a no-op limit was measured again and is lower: other programs can only make it lower. */
const isSlowerLimit = (record: CompletedMeasurement, earlier: CompletedMeasurement | undefined) =>
  record.measurement.engine === 'noop' &&
  earlier !== undefined &&
  record.load.requestRatePerSecond < earlier.load.requestRatePerSecond;

/**
 * The record of each measurement that counts, by id: the last one, but the fastest one of a no-op limit. Leaves out trials of searches,
 * which overload a target on purpose.
 */
export const measurementRecords = (
  { measurements: planned, searches }: Pick<Plan, 'measurements' | 'searches'>,
  records: readonly ResultRecord[],
): MeasurementRecords => {
  const completed = new Map<string, CompletedMeasurement>();
  const failed = new Map<string, FailedMeasurement>();
  for (const record of records) {
    if (record.kind !== 'measurement') continue;
    const { measurement } = record;
    if (searchOf(searches, measurement) !== undefined || isTuningMeasurement(measurement)) continue;
    const { id } = measurement;
    if (record.state === 'failed') failed.set(id, record);
    else if (!isSlowerLimit(record, completed.get(id))) completed.set(id, record);
  }
  const missing = planned.filter(({ id }) => !completed.has(id) && !failed.has(id));
  return { completed, failed, missing };
};

/** A completed measurement; if its bins were dropped, it keeps the one fact read from them. */
type Reported = CompletedMeasurement & { readonly wasUnsteady?: boolean };

/**
 * The repeats of a row: those of which each block was measured, merged, and the last failed record of the others.
 *
 * @param measurements of one row
 */
export const repeatsOfRow = (
  measurements: readonly Measurement[],
  { completed, failed }: MeasurementRecords,
): {
  readonly repeats: readonly CompletedMeasurement[];
  readonly failedRepeats: readonly FailedMeasurement[];
} => {
  const byRepeat = [...groupBy(measurements, ({ repeat }) => String(repeat)).values()];
  const failedRepeats = byRepeat.flatMap((blocks) =>
    blocks.flatMap(({ id }) => (completed.has(id) ? [] : (failed.get(id) ?? []))).slice(-1),
  );
  const repeats = byRepeat.flatMap((blocks) => {
    const [first, ...others] = blocks.flatMap(({ id }) => completed.get(id) ?? []);
    return first === undefined || 1 + others.length < blocks.length
      ? []
      : [mergeBlocks([first, ...others])];
  });
  return { repeats, failedRepeats };
};

/** How many measurements of each target failed, and why most of them did. Those of targets that failed their answer check are left out. */
export const failuresByTarget = (failed: MeasurementRecords['failed']) =>
  [
    ...groupBy(
      [...failed.values()].filter(({ code }) => !isAnswerFault(code)),
      ({ measurement }) => targetId(measurement.target),
    ).values(),
  ].map((ofTarget) => {
    const [{ measurement }] = ofTarget;
    const [most = ofTarget] = [...groupBy(ofTarget, ({ message }) => message).values()].toSorted(
      (a, b) => b.length - a.length,
    );
    const [message = ''] = most[0].message.split('\n');
    return { target: measurement.target, count: ofTarget.length, message };
  });

/** How many repeats from the first on are complete: each of their measurements has a record. */
export const completeRepeats = (
  { options }: Pick<Plan, 'options'>,
  { missing }: MeasurementRecords,
): number => missing.reduce((fewest, { repeat }) => Math.min(fewest, repeat - 1), options.repeats);

/** The median time from the beginning of a repeat to that of the next, or to the end of the only one; undefined without a repeat. */
export const secondsPerRepeat = ({ completed }: MeasurementRecords): number | undefined => {
  const timesMs = [
    ...groupBy(completed.values(), ({ measurement }) => String(measurement.repeat)).values(),
  ].map((ofRepeat) => ({
    begin: Math.min(...ofRepeat.map(({ startedAt }) => Date.parse(startedAt))),
    end: Math.max(...ofRepeat.map(({ finishedAt }) => Date.parse(finishedAt))),
  }));
  const [only] = timesMs;
  if (only !== undefined && timesMs.length === 1) return (only.end - only.begin) / 1000;
  const beginsMs = timesMs.map(({ begin }) => begin).toSorted((a, b) => a - b);
  const steps = beginsMs.slice(1).map((beginMs, at) => beginMs - (beginsMs[at] ?? beginMs));
  return steps.length === 0 ? undefined : medianOf(steps) / 1000;
};

/** Whether a run ended for good with the repeats of its schedule or its time. */
export const endsSchedule = (record: ResultRecord): record is Stopped =>
  record.kind === 'stopped' && (record.why === 'time-up' || record.why === 'all-measured');

/**
 * The schedules of a run, with the repeats after which each ended; empty if the plan says how many repeats there are. One that ended before
 * its first look has told nothing, so a resumed run replaces it.
 */
export const schedulesOf = (records: readonly ResultRecord[]): readonly ScheduledRepeats[] => {
  const schedules: ScheduledRepeats[] = [];
  const endLast = (endedAfter: number): void => {
    const last = schedules.pop();
    if (last !== undefined) schedules.push({ ...last, endedAfter });
  };
  let measured = 0;
  for (const record of records) {
    if (record.kind === 'measurement') measured = Math.max(measured, record.measurement.repeat);
    if (record.kind === 'schedule') {
      const last = schedules.at(-1);
      if (last !== undefined && last.endedAfter === undefined) {
        if (measured >= last.repeats) endLast(last.repeats);
        else schedules.pop();
      }
      schedules.push({ repeats: record.repeats, endedAfter: undefined });
    }
    if (endsSchedule(record) && record.repeats >= FIRST_LOOK_REPEATS) endLast(record.repeats);
  }
  return schedules;
};

/** Whether rate or latency still changed at the end of the measuring window. */
export const wasUnsteady = ({ wasUnsteady: known, load }: Reported): boolean =>
  known ?? isUnsteady(load.bins, load.durationSeconds);

/** The planned measurement, unless its window was chosen later. */
const sharedCopy = (planned: Measurement | undefined, measured: Measurement): Measurement =>
  planned?.durationSeconds === measured.durationSeconds ? planned : measured;

/**
 * Returns a function that shrinks records as they are read. It drops what no report reads: the bins of all windows, which are half of the
 * records of a long run, and copies of measurements that the plan has, too.
 */
export const reportedRecords = ({ measurements }: Plan) => {
  const planned = new Map(measurements.map((measurement) => [measurement.id, measurement]));
  return (record: ResultRecord): ResultRecord => {
    if (record.kind !== 'measurement' || record.state === 'failed') return record;
    // Stability tests are few, and their rate is not in the plan.
    if (record.stability !== undefined) return record;
    const { measurement, load } = record;
    const kept: Reported = {
      ...record,
      measurement: sharedCopy(planned.get(measurement.id), measurement),
      load: { ...load, bins: [] },
      wasUnsteady: wasUnsteady(record),
    };
    return kept;
  };
};
