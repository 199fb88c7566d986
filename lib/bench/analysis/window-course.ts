import type { Plan } from '../model/plan.ts';
import type { CompletedMeasurement, ResultRecord } from '../model/record.ts';
import { isUnsteady } from '../stats/steady-state.ts';

/** A completed measurement whose seconds may have been let go, and what they showed. */
type Reported = CompletedMeasurement & { readonly wasUnsteady?: boolean };

/** Whether rate or latency still changed at the end of the measuring window. */
export const wasUnsteady = ({ wasUnsteady: known, load }: Reported): boolean =>
  known ?? isUnsteady(load.bins, load.durationSeconds);

/**
 * Takes the records of a run one by one as they are read, and lets go of what a report does not read: the seconds of all windows,
 * which are half of the records of a long run, and measurements that the plan has too.
 */
export const reportedRecords = ({ measurements }: Plan) => {
  const planned = new Map(measurements.map((measurement) => [measurement.id, measurement]));
  return (record: ResultRecord): ResultRecord => {
    if (record.kind !== 'measurement' || record.state === 'failed') return record;
    // Those of stability are few, and have a rate that the plan does not know.
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
