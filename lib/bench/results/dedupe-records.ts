import { isDeepStrictEqual } from 'node:util';
import { BenchError } from '../model/errors.ts';
import type { Plan } from '../model/plan.ts';
import type { MeasurementRecord, ResultRecord } from '../model/record.ts';
import { damaged } from './check-content.ts';

const nameOf = (record: ResultRecord): string =>
  record.kind === 'measurement'
    ? `the measurement "${record.measurement.id}"`
    : `a record of the kind ${record.kind}`;

/** The ids of measurements do not tell plans apart: two plans may differ only in the model, the images or the servers. */
const assertSamePlan = (
  records: readonly ResultRecord[],
  { hash }: Pick<Plan, 'hash'>,
  file: string,
): void => {
  const foreign = records.find(({ planHash }) => planHash !== undefined && planHash !== hash);
  if (foreign === undefined) return;
  throw new BenchError(
    'BENCH_MIXED_RUNS',
    `${file} holds ${nameOf(foreign)} of another run: its plan is ${foreign.planHash}, plan.json is ${hash}`,
    { hint: 'give both files from one run folder' },
  );
};

/** Without it, the figures of one measurement could be read as those of another. */
const assertPlanned = (
  records: readonly ResultRecord[],
  { measurements }: Pick<Plan, 'measurements'>,
  file: string,
): void => {
  const planned = new Map(measurements.map((measurement) => [measurement.id, measurement]));
  const changed = records.find((record) => {
    if (record.kind !== 'measurement') return false;
    const { measurement } = record;
    const asPlanned = planned.get(measurement.id);
    // Trials of a search are not in the plan.
    if (asPlanned === undefined) return false;
    // The load of a stability test follows from the rate that the run has measured.
    const { level, durationSeconds } = asPlanned.stability === undefined ? measurement : asPlanned;
    return !isDeepStrictEqual(asPlanned, { ...measurement, level, durationSeconds });
  });
  if (changed === undefined) return;
  throw damaged(file, `${nameOf(changed)} is not as plan.json has it`);
};

/**
 * Keeps one record of each measurement: the first completed one, or else the last failed one.
 *
 * @throws BenchError if a record belongs to another plan, so the files come from two runs, or if its measurement is not the planned one.
 */
export const dedupeRecords = (
  records: readonly ResultRecord[],
  plan: Pick<Plan, 'hash' | 'measurements'>,
  file: string,
): readonly ResultRecord[] => {
  assertSamePlan(records, plan, file);
  assertPlanned(records, plan, file);
  const kept = new Map<string, MeasurementRecord>();
  for (const record of records) {
    if (record.kind !== 'measurement') continue;
    const { id } = record.measurement;
    const earlier = kept.get(id);
    if (earlier === undefined || earlier.state === 'failed') kept.set(id, record);
  }
  return records.filter(
    (record) => record.kind !== 'measurement' || kept.get(record.measurement.id) === record,
  );
};
