import { execFile } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A folder on a small disk. */
export interface SmallDisk {
  readonly folder: string;
  /** Fills the disk, until `giveBack` is called. */
  readonly fill: () => void;
  readonly giveBack: () => void;
  readonly remove: () => Promise<void>;
}

/** Mounts a disk in memory. */
export const mountSmallDisk = async (megabytes: number): Promise<SmallDisk> => {
  const folder = mkdtempSync(join(tmpdir(), 'small-disk-'));
  await promisify(execFile)('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder]);
  const filler = join(folder, 'filler');
  return {
    folder,
    fill: () => {
      const block = Buffer.alloc(4096);
      try {
        for (;;) appendFileSync(filler, block);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    },
    giveBack: () => rmSync(filler),
    remove: async () => {
      await promisify(execFile)('umount', ['--lazy', folder]);
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};
