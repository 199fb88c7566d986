import { readdirSync, readFileSync } from 'node:fs';

/** Processes whose environment holds a text, with their command lines; that of a child is its parent's. Needs /proc. */
export const processesMarked = (text: string): ReadonlyMap<number, string> => {
  const found = new Map<number, string>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (!readFileSync(`/proc/${pid}/environ`, 'latin1').includes(text)) continue;
      const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
      found.set(Number(pid), command.replaceAll('\0', ' ').trim());
    } catch {
      // It ended while it was looked at.
    }
  }
  return found;
};
