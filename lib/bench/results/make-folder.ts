import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { systemCodeOf } from '../model/errors.ts';

/** Makes a folder and those above it. A recursive `mkdir` does not return where a file system such as /proc takes none. */
export const makeFolder = async (folder: string): Promise<void> => {
  try {
    await mkdir(folder);
  } catch (error) {
    const parent = path.dirname(path.resolve(folder));
    if (systemCodeOf(error) === 'EEXIST') return;
    if (systemCodeOf(error) !== 'ENOENT' || existsSync(parent)) throw error;
    await makeFolder(parent);
    await mkdir(folder);
  }
};
