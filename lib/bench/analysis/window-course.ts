import type { Plan } from '../model/plan.ts';
import type { CompletedMeasurement, ResultRecord } from '../model/record.ts';
import { isUnsteady } from '../stats/steady-state.ts';

/** What the seconds of a measuring window show. */
interface WindowCourse {
  readonly isUnsteady: boolean;
  /** Until the end of the last second with a correct answer; undefined if the seconds are not known. */
  readonly answeredSeconds: number | undefined;
}

/** Its seconds may have been let go, see {@link reportedRecords}. */
export const courseOf = ({
  course,
  load,
}: CompletedMeasurement & { readonly course?: WindowCourse }): WindowCourse => {
  if (course !== undefined) return course;
  const { bins, durationSeconds } = load;
  const last = bins.findLast(({ succeeded }) => succeeded > 0)?.second ?? -1;
  return {
    isUnsteady: isUnsteady(bins, durationSeconds),
    answeredSeconds: bins.length === 0 ? undefined : last + 1,
  };
};

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
    const kept = {
      ...record,
      measurement: planned.get(measurement.id) ?? measurement,
      load: { ...load, bins: [] },
      course: courseOf(record),
    };
    return kept;
  };
};
