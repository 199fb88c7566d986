import { readdirSync, readFileSync } from 'node:fs';

/** Finds processes whose environment contains a text, with their command lines. Children inherit the environment. Needs /proc. */
export const processesMarked = (text: string): ReadonlyMap<number, string> => {
  const found = new Map<number, string>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (!readFileSync(`/proc/${pid}/environ`, 'latin1').includes(text)) continue;
      const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
      found.set(Number(pid), command.replaceAll('\0', ' ').trim());
    } catch {
      // It has ended in the meantime.
    }
  }
  return found;
};
