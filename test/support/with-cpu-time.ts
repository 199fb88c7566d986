import type { Measurement } from '../../lib/bench/model/measurement.ts';
import type { RunData } from '../../lib/bench/results/run-folder.ts';
import { withMeasurements } from './recorded-run.ts';

const ANSWERS = 100;

/** The run of servers that need so many milliseconds of CPU time per request, undefined if it is not known. */
export const withCpuTime = (
  data: RunData,
  msOf: (measurement: Measurement) => number | undefined = () => 40,
): RunData =>
  withMeasurements(data, (record) => {
    const ms = msOf(record.measurement);
    const servingUse = ms === undefined ? undefined : { cpuMs: ms * ANSWERS, answers: ANSWERS };
    return { ...record, servingUse };
  });
