import { existsSync } from 'node:fs';

import { eventually } from './waiting.ts';

/** Whether a process of this host is there. */
export const isAlive = (pid: number | null): boolean => pid !== null && existsSync(`/proc/${pid}`);

/** Waits for the end of a process. One that has ended stays in /proc until its parent, here the system's first process, looks. */
export const isGone = async (pid: number | null): Promise<void> => {
  await eventually(
    () => Promise.resolve(isAlive(pid)),
    (alive) => !alive,
  );
};
