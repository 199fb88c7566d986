import { existsSync } from 'node:fs';
import path from 'node:path';
import { filesBelow, hashOf, type PackedFile } from './file-list.ts';
import { SUMS_FILE, writeArchive } from './write-archive.ts';

const modelFiles = (folder: string): readonly PackedFile[] =>
  filesBelow(folder, '.', (name) => name !== SUMS_FILE);

/** SHA-256 (hex) over the models of a folder. */
export const modelsHash = (folder: string): string => hashOf(modelFiles(folder), ['models']);

/**
 * Makes the archive of the models, with a list of their SHA-256.
 *
 * @returns its path; where it was made before, nothing is done
 */
export const buildModels = async (folder: string, cache: string): Promise<string> => {
  const files = modelFiles(folder);
  const place = path.join(cache, `models-${modelsHash(folder)}.tar.gz`);
  if (!existsSync(place)) await writeArchive(place, files, []);
  return place;
};
