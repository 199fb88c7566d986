import type { MeasurementRecord } from '../../lib/bench/model/record.ts';
import { readRunFolder } from '../../lib/bench/results/run-folder.ts';

/** The measurements that a run folder holds. */
export const measurementsIn = async (folder: string): Promise<readonly MeasurementRecord[]> =>
  (await readRunFolder(folder)).records.filter((record) => record.kind === 'measurement');
