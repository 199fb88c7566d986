import type { Plan } from '../model/plan.ts';
import type { CompletedMeasurement, ResultRecord } from '../model/record.ts';
import { isUnsteady } from '../stats/steady-state.ts';

/** A completed measurement; if its bins were dropped, it keeps the one fact read from them. */
type Reported = CompletedMeasurement & { readonly wasUnsteady?: boolean };

/** Whether rate or latency still changed at the end of the measuring window. */
export const wasUnsteady = ({ wasUnsteady: known, load }: Reported): boolean =>
  known ?? isUnsteady(load.bins, load.durationSeconds);

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
      measurement: planned.get(measurement.id) ?? measurement,
      load: { ...load, bins: [] },
      wasUnsteady: wasUnsteady(record),
    };
    return kept;
  };
};
