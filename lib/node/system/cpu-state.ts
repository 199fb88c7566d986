import { readFile } from 'node:fs/promises';
import type { CpuState } from '../../deployment/machine-facts.ts';

const firstWord = async (file: string): Promise<string | undefined> => {
  const text = await readFile(file, 'utf8').catch(() => '');
  return /^\S+/.exec(text)?.[0];
};

/**
 * The state of the processor of this machine. Linux only.
 *
 * @param root where Linux describes processors
 */
export const readCpuState = async (root = '/sys/devices/system/cpu'): Promise<CpuState> => {
  const cpuGovernor = await firstWord(`${root}/cpu0/cpufreq/scaling_governor`);
  const smt = await firstWord(`${root}/smt/active`);
  return {
    ...(cpuGovernor === undefined ? {} : { cpuGovernor }),
    ...(smt === undefined ? {} : { smt: smt === '1' }),
  };
};
