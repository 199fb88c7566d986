import { cpuMsOf, residentBytesOf } from './processes.ts';
import type { Started } from './processes.ts';
import { runLoad } from './load.ts';
import type { Load, LoadFigures } from './load.ts';

export interface Measured extends LoadFigures {
  /** CPU of the measured processes for one request. */
  readonly cpuMs: number;
  /** CPU of the serving behind them for one request. */
  readonly servingCpuMs: number;
  readonly residentMb: number;
}

/** Puts a load on a process and its children, after a short one to warm them up. */
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

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
