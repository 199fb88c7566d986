import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BenchError, messageOf } from '../model/errors.ts';
import type { DataSetImage } from '../model/plan.ts';

const IMAGE = /\.(jpe?g|png|webp)$/i;

/**
 * The images of a folder by name, with their hashes.
 *
 * @throws BenchError if the folder cannot be read or holds none.
 */
export const readDataSet = async (folder: string): Promise<readonly DataSetImage[]> => {
  const hint = 'give a folder with JPEG, PNG or WebP files with --images';
  try {
    const files = (await readdir(folder)).filter((file) => IMAGE.test(file)).toSorted();
    if (files.length === 0) {
      throw new BenchError('BENCH_NO_IMAGES', `there are no images in ${folder}`, { hint });
    }
    return await Promise.all(
      files.map(async (file) => ({
        file,
        sha256: createHash('sha256')
          .update(await readFile(join(folder, file)))
          .digest('hex'),
      })),
    );
  } catch (error) {
    if (error instanceof BenchError) throw error;
    throw new BenchError(
      'BENCH_NO_IMAGES',
      `the images in ${folder} cannot be read: ${messageOf(error)}`,
      { hint, cause: error },
    );
  }
};
