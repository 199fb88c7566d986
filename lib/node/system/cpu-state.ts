import { readFile } from 'node:fs/promises';

/** What changes the speed of a processor and stands in no model name. Linux only. */
export interface CpuState {
  /** How its clock is chosen, e.g. `performance`; absent where a hypervisor does that. */
  readonly cpuGovernor?: string;
  /** Whether two threads share a core. */
  readonly smt?: boolean;
}

const firstWord = async (file: string): Promise<string | undefined> => {
  const text = await readFile(file, 'utf8').catch(() => '');
  return /^\S+/.exec(text)?.[0];
};

/** @param root where Linux describes processors */
export const readCpuState = async (root = '/sys/devices/system/cpu'): Promise<CpuState> => {
  const cpuGovernor = await firstWord(`${root}/cpu0/cpufreq/scaling_governor`);
  const smt = await firstWord(`${root}/smt/active`);
  return {
    ...(cpuGovernor === undefined ? {} : { cpuGovernor }),
    ...(smt === undefined ? {} : { smt: smt === '1' }),
  };
};
