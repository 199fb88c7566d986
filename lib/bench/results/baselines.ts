import { existsSync } from 'node:fs';
import { copyFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { suggest } from '../../../serving-configs/options/suggest.ts';
import { BenchError, messageOf, systemCodeOf } from '../model/errors.ts';
import { makeFolder, runFilesIn } from './run-folder.ts';

/** The folder of the baselines: runs that were saved under a name, to compare later ones with. */
const BASELINES = join('results', 'baselines');

const baselineFolder = (name: string): string => join(BASELINES, name);

/** The files of a run that a comparison reads. */
const COPIED = ['plan', 'environment', 'results'] as const;

const namesOfBaselines = async (): Promise<readonly string[]> => {
  try {
    const names = await readdir(BASELINES);
    return names.filter((name) => existsSync(runFilesIn(baselineFolder(name)).plan)).toSorted();
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return [];
    throw error;
  }
};

/**
 * Returns the folder of a baseline, which can be read as that of a run.
 *
 * @throws BenchError `BENCH_NO_BASELINE` if no run was saved under this name
 */
export const findBaseline = async (name: string): Promise<string> => {
  const names = await namesOfBaselines();
  if (names.includes(name)) return baselineFolder(name);
  const near = suggest(name, names);
  const save = `save one: npx serving-compare run --save-baseline ${name}`;
  const known = names.length === 0 ? save : `give one of ${names.join(', ')}; or ${save}`;
  throw new BenchError('BENCH_NO_BASELINE', `there is no baseline "${name}" in ${BASELINES}`, {
    hint: near === undefined ? known : `did you mean ${near}?`,
  });
};

/**
 * Saves a run as a baseline; it replaces one of the same name.
 *
 * @returns the folder of the baseline
 * @throws BenchError `BENCH_FOLDER` if it cannot be written
 */
export const saveBaseline = async (runFolder: string, name: string): Promise<string> => {
  const folder = baselineFolder(name);
  const [written, replaced] = ['new', 'old'].map((state) =>
    baselineFolder(`.${name}.${process.pid}.${state}`),
  ) as [string, string];
  const [from, to] = [runFilesIn(runFolder), runFilesIn(written)];
  try {
    await makeFolder(written);
    for (const file of COPIED) await copyFile(from[file], to[file]);
    if (existsSync(folder)) await rename(folder, replaced);
    await rename(written, folder);
    await rm(replaced, { recursive: true, force: true });
  } catch (error) {
    await rm(written, { recursive: true, force: true });
    throw new BenchError('BENCH_FOLDER', `${folder} cannot be written: ${messageOf(error)}`, {
      hint: `make ${BASELINES} a folder that you may write to`,
      cause: error,
    });
  }
  return folder;
};
