import { existsSync } from 'node:fs';
import path from 'node:path';
import { filesBelow, hashOf } from './file-list.ts';
import { writeArchive } from './write-archive.ts';

/** SHA-256 (hex) over the models of a folder. */
export const modelsHash = (folder: string): string => hashOf(filesBelow(folder, '.'));

/**
 * Makes the archive of the models.
 *
 * @returns its path; where it was made before, nothing is done
 */
export const buildModels = async (folder: string, cache: string): Promise<string> => {
  const place = path.join(cache, `models-${modelsHash(folder)}.tar.gz`);
  if (!existsSync(place)) await writeArchive(place, filesBelow(folder, '.'));
  return place;
};
