import { BenchError } from '../model/errors.ts';
import type { Plan } from '../model/plan.ts';
import type { MeasurementRecord, ResultRecord } from '../model/record.ts';

const nameOf = (record: ResultRecord): string =>
  record.kind === 'measurement'
    ? `the measurement "${record.measurement.id}"`
    : `a record of the kind ${record.kind}`;

/** Measurements of two plans can be alike in all but what the hash is over: the model, the images, what serves. */
const assertPlan = (
  records: readonly ResultRecord[],
  { hash }: Pick<Plan, 'hash'>,
  file: string,
): void => {
  const other = records.find(({ planHash }) => planHash !== undefined && planHash !== hash);
  if (other === undefined) return;
  throw new BenchError(
    'BENCH_MIXED_RUNS',
    `${file} holds ${nameOf(other)} of another run: its plan is ${other.planHash}, plan.json is ${hash}`,
    { hint: 'take both files from one run folder' },
  );
};

/**
 * Leaves out all but one record of a measurement: the first, or, if that failed and the measurement was given out again, what became of
 * it then.
 *
 * @throws BenchError on a record of another plan: the files are of two runs.
 */
export const dedupeRecords = (
  records: readonly ResultRecord[],
  plan: Pick<Plan, 'hash'>,
  file: string,
): readonly ResultRecord[] => {
  assertPlan(records, plan, file);
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
