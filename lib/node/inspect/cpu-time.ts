import { readFile } from 'node:fs/promises';
import { runOptional } from '../system/run.ts';
import type { Unit } from '../system/unit.ts';

/** The container of a serving node; its processes belong to Docker's own control group, not to the unit's. */
const CONTAINER = 'serving-compare-serving';
/** USER_HZ, in which Linux counts CPU time for programs. */
const TICKS_PER_SECOND = 100;

/** `usage_usec` of a control group's cpu.stat. */
export const parseCpuStat = (text: string): number | undefined => {
  const usec = /^usage_usec (\d+)$/m.exec(text)?.[1];
  return usec === undefined ? undefined : Number(usec) / 1000;
};

/** CPU time of a process and of its children that have ended: fields 14 to 17 of /proc/PID/stat, see proc(5). */
export const parseProcessCpuMs = (stat: string): number => {
  // The name in field 2 may hold blanks; behind its bracket comes field 3.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return (ticks * 1000) / TICKS_PER_SECOND;
};

const containerCpuMs = async (): Promise<number | undefined> => {
  const id = (await runOptional('docker', ['inspect', '--format={{.Id}}', CONTAINER]))?.trim();
  if (id === undefined || id === '') return undefined;
  const file = `/sys/fs/cgroup/system.slice/docker-${id}.scope/cpu.stat`;
  return parseCpuStat(await readFile(file, 'utf8').catch(() => ''));
};

const processCpuMs = async (pid: number): Promise<number | undefined> =>
  readFile(`/proc/${pid}/stat`, 'utf8').then(parseProcessCpuMs, () => undefined);

/**
 * CPU time of the serving since its start: what systemd counts for the unit, or its main process where systemd does not
 * count, and the container's where there is one.
 */
export const servingCpuMs = async (
  unit: Unit,
  runtime: string | undefined,
): Promise<number | undefined> => {
  const own = unit.cpuMs ?? (unit.mainPid === 0 ? undefined : await processCpuMs(unit.mainPid));
  if (runtime !== 'container' || unit.mainPid === 0) return own;
  const inside = await containerCpuMs();
  return inside === undefined ? own : inside + (own ?? 0);
};
