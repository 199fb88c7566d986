import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { BenchError, messageOf } from '../errors.ts';
import type { DataSetImage } from '../plan/plan.ts';
import { mediaTypeOf } from './infer-url.ts';

/**
 * The pictures of a folder, by name: JPEG, PNG and WebP; other files are passed over.
 * @throws BenchError `BENCH_NO_IMAGES` where there is no such folder or no picture in it.
 */
export const readDataSet = async (folder: string): Promise<readonly DataSetImage[]> => {
  let names: readonly string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    throw new BenchError('BENCH_NO_IMAGES', `${folder} cannot be read: ${messageOf(error)}.`, {
      hint: 'name a folder with JPEG, PNG or WebP files, or leave --images out',
      cause: error,
    });
  }
  const files = names.filter((name) => mediaTypeOf(name) !== undefined).sort();
  if (files.length === 0) {
    throw new BenchError('BENCH_NO_IMAGES', `${folder} holds no JPEG, PNG or WebP file.`, {
      hint: 'name another folder, or leave --images out',
    });
  }
  return Promise.all(
    files.map(async (file) => ({
      file,
      sha256: createHash('sha256')
        .update(await readFile(path.join(folder, file)))
        .digest('hex'),
    })),
  );
};
