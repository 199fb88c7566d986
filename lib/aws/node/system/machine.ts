import { readFile } from 'node:fs/promises';
import os from 'node:os';
import type { CpuState, MachineFacts, NodeFacts } from '../../contract/machine-facts.ts';
import { runOptional } from './run.ts';

const firstWord = async (file: string): Promise<string | undefined> => {
  const text = await readFile(file, 'utf8').catch(() => '');
  return /^\S+/.exec(text)?.[0];
};

/**
 * Reads the state of this machine's processor, on Linux.
 *
 * @param root the folder in which Linux describes processors
 */
export const readCpuState = async (root = '/sys/devices/system/cpu'): Promise<CpuState> => {
  const cpuGovernor = await firstWord(`${root}/cpu0/cpufreq/scaling_governor`);
  const smt = await firstWord(`${root}/smt/active`);
  return { cpuGovernor, smt: smt === undefined ? undefined : smt === '1' };
};

/** The name of the Linux distribution, or else the type of the system. */
const osName = async (): Promise<string> => {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^PRETTY_NAME="?([^"\n]+)"?$/m.exec(release)?.[1] ?? os.type();
};

export const readMachine = async (): Promise<MachineFacts> => ({
  cpuModel: os.cpus()[0]?.model.trim() ?? 'unknown',
  cores: os.availableParallelism(),
  memoryBytes: os.totalmem(),
  os: await osName(),
  kernel: os.release(),
  architecture: os.arch(),
  ...(await readCpuState()),
});

const readGpu = async (): Promise<NodeFacts['gpu']> => {
  const text = await runOptional('nvidia-smi', [
    '--id=0',
    '--query-gpu=name,driver_version,memory.total',
    '--format=csv,noheader,nounits',
  ]);
  const [name, driver, memoryMiB] = (text ?? '').trim().split(', ');
  if (name === undefined || driver === undefined || !Number.isFinite(Number(memoryMiB))) {
    return undefined;
  }
  return { name, driver, memoryMiB: Number(memoryMiB) };
};

/** Reads the facts about this node. The bootstrap has stored those about the instance in the environment. */
export const readNode = async (
  env: Readonly<Record<string, string | undefined>>,
): Promise<NodeFacts> => ({
  instanceId: env['SC_INSTANCE_ID'] ?? 'unknown',
  instanceType: env['SC_INSTANCE_TYPE'] ?? 'unknown',
  amiId: env['SC_AMI_ID'],
  lifecycle: env['SC_LIFECYCLE'],
  bootstrapVersion: env['SC_BOOTSTRAP_VERSION'] ?? '',
  machine: await readMachine(),
  gpu: await readGpu(),
});
