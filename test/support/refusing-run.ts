import type { RunData } from '../../lib/bench/results/run-folder.ts';
import {
  closed,
  recordedRun,
  recordedTargets,
  withMeasurements,
  type RecordedRunOptions,
} from './recorded-run.ts';

const [, refusing] = recordedTargets();

/** A run of two or more targets at 1 and 4 users, of which one answers status 503 to four of five requests at 4 users. */
export const refusingRun = (options: RecordedRunOptions = {}) => {
  const run: RunData = withMeasurements(
    recordedRun({
      targets: recordedTargets().slice(1, 3),
      levels: [closed(1), closed(4)],
      scenarios: ['warm'],
      repeats: 4,
      ...options,
    }),
    (record) => {
      const { measurement, load } = record;
      const { target, level, engine } = measurement;
      if (target.serving !== refusing.serving || engine === 'noop') return record;
      if (level.loop === 'open' || level.virtualUsers === 1) return record;
      const failed = 4 * load.succeeded;
      return { ...record, load: { ...load, failed, failures: { 'http-503': failed } } };
    },
  );
  return { run, refusing };
};
