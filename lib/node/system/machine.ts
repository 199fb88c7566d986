import { readFile } from 'node:fs/promises';
import os from 'node:os';
import type { ServingState } from '../../deployment/serving-state.ts';
import { readCpuState } from './cpu-state.ts';
import { runOptional } from './run.ts';

export type Machine = ServingState['machine'];

const osName = async (): Promise<string> => {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^PRETTY_NAME="?([^"\n]+)"?$/m.exec(release)?.[1] ?? os.type();
};

const readGpu = async (): Promise<Machine['gpu']> => {
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

/** Facts of this node, for the environment of a run. Those of the instance were found by the bootstrap. */
export const readMachine = async (
  env: Readonly<Record<string, string | undefined>>,
): Promise<Machine> => {
  const gpu = await readGpu();
  const { SC_AMI_ID: amiId, SC_LIFECYCLE: lifecycle } = env;
  return {
    instanceId: env['SC_INSTANCE_ID'] ?? 'unknown',
    instanceType: env['SC_INSTANCE_TYPE'] ?? 'unknown',
    ...(amiId === undefined ? {} : { amiId }),
    ...(lifecycle === undefined ? {} : { lifecycle }),
    availabilityZone: env['SC_AVAILABILITY_ZONE'] ?? 'unknown',
    cpuModel: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: os.availableParallelism(),
    memoryBytes: os.totalmem(),
    os: await osName(),
    kernel: os.release(),
    architecture: os.arch(),
    ...(await readCpuState()),
    ...(gpu === undefined ? {} : { gpu }),
    bootstrapVersion: env['SC_BOOTSTRAP_VERSION'] ?? '',
  };
};
