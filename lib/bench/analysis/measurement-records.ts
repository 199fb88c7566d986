import type { Measurement } from '../model/measurement.ts';
import type { Plan } from '../model/plan.ts';
import { searchOf } from '../plan/slo-search.ts';
import type { CompletedMeasurement, FailedMeasurement, ResultRecord } from '../model/record.ts';
import type { SummaryRow } from './summary-row.ts';

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

/** The last record of each measurement, by id. Leaves out trials of searches, which overload a target on purpose. */
export const measurementRecords = (
  { measurements: planned, searches }: Pick<Plan, 'measurements' | 'searches'>,
  records: readonly ResultRecord[],
): MeasurementRecords => {
  const completed = new Map<string, CompletedMeasurement>();
  const failed = new Map<string, FailedMeasurement>();
  for (const record of records) {
    if (record.kind !== 'measurement' || searchOf(searches, record.measurement) !== undefined)
      continue;
    const { id } = record.measurement;
    if (record.state === 'completed') completed.set(id, record);
    else failed.set(id, record);
  }
  const missing = planned.filter(({ id }) => !completed.has(id) && !failed.has(id));
  return { completed, failed, missing };
};
