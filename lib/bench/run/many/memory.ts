import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Reading } from '../../model/many-models.ts';
import type { ServingProcesses } from '../servings/processes.ts';

const KIB_PER_MIB = 1024;

/** A number in a file of /proc; 0 if the process has just ended. */
const fieldOf = async (file: string, field: string): Promise<number> => {
  const text = await readFile(file, 'utf8').catch(() => '');
  return Number(new RegExp(`^${field}:\\s*(\\d+)`, 'm').exec(text)?.[1] ?? 0);
};

const sumOf = (values: readonly (number | undefined)[]): number =>
  values.reduce<number>((total, value = 0) => total + value, 0);

/** Reads what all processes of a server use. */
const readOnce = async (processes: ServingProcesses, models: number): Promise<Reading> => {
  const listed = await processes.list();
  const each = await Promise.all(
    listed.map(async ({ pid }) => ({
      MiB: (await fieldOf(`/proc/${pid}/smaps_rollup`, 'Pss')) / KIB_PER_MIB,
      threads: await fieldOf(`/proc/${pid}/status`, 'Threads'),
    })),
  );
  return {
    models,
    MiB: sumOf(each.map(({ MiB }) => MiB)),
    processes: listed.length,
    threads: sumOf(each.map(({ threads }) => threads)),
    openFiles: sumOf(listed.map(({ openFiles }) => openFiles)),
  };
};

const SETTLING_READINGS = 3;

/**
 * Reads what a server uses when it has come to rest: the reading with the least memory.
 *
 * @param settleSeconds how long it may take for that
 */
export const readMemory = async (
  processes: ServingProcesses,
  models: number,
  settleSeconds: number,
  signal: AbortSignal,
): Promise<Reading> => {
  let least = await readOnce(processes, models);
  const most = settleSeconds > 0 ? SETTLING_READINGS : 1;
  for (let further = 1; further < most; further += 1) {
    await sleep((settleSeconds * 1000) / (SETTLING_READINGS - 1), undefined, { signal });
    const reading = await readOnce(processes, models);
    if (reading.MiB < least.MiB) least = reading;
  }
  return least;
};

/** The memory of this machine, and what programs can still get. */
export const machineMemory = async (): Promise<{
  readonly totalMiB: number;
  readonly availableMiB: number;
}> => ({
  totalMiB: (await fieldOf('/proc/meminfo', 'MemTotal')) / KIB_PER_MIB,
  availableMiB: (await fieldOf('/proc/meminfo', 'MemAvailable')) / KIB_PER_MIB,
});
