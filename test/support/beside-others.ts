import type { RunData } from '../../lib/bench/results/run-folder.ts';
import { withMeasurements } from './recorded-run.ts';

/** The run on a machine of which other programs used a share, and whose servers waited for a core for the same share of the time. */
export const besideOthers = (data: RunData, share: number): RunData =>
  withMeasurements(data, (record) => ({
    ...record,
    othersCpuShare: share,
    servingUse: { cpuMs: 1000 * (1 - share), waitMs: 1000 * share, answers: 100 },
  }));
