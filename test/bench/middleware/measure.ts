import { cpuMsOf, residentBytesOf } from './processes.ts';
import type { Started } from './processes.ts';
import { runLoad } from './load.ts';
import type { Load, LoadFigures } from './load.ts';

export interface Measured extends LoadFigures {
  /** CPU time of the measured processes per request. */
  readonly cpuMs: number;
  /** CPU time of the serving per request. */
  readonly servingCpuMs: number;
  readonly residentMb: number;
}

/** Sends load to a process and its children, after a warm-up. */
export const measure = async (
  subject: Started,
  serving: Started,
  load: Load,
  warmUpSeconds: number,
): Promise<Measured> => {
  await runLoad({ ...load, seconds: warmUpSeconds });
  const [beforeMs, servingBeforeMs] = [cpuMsOf(subject.pid), cpuMsOf(serving.pid)];
  const figures = await runLoad(load);
  const cpuMs = (cpuMsOf(subject.pid) - beforeMs) / figures.requests;
  const servingCpuMs = (cpuMsOf(serving.pid) - servingBeforeMs) / figures.requests;
  return { ...figures, cpuMs, servingCpuMs, residentMb: residentBytesOf(subject.pid) / 2 ** 20 };
};
