import { readFile } from 'node:fs/promises';

/** USER_HZ, in which Linux counts CPU time for programs on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;

/**
 * CPU time of a process since its start in milliseconds, user and system: fields 14 and 15 of /proc/PID/stat, see
 * proc(5). Undefined where the system has no such file.
 */
export const processCpuMs = async (pid: number): Promise<number | undefined> => {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The name in field 2 may hold blanks; behind its bracket comes field 3.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    return Number.isFinite(ticks) ? (ticks * 1000) / TICKS_PER_SECOND : undefined;
  } catch {
    return undefined;
  }
};
