import { existsSync } from 'node:fs';
import { copyFile, link, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runKeys } from '../../deployment/run-keys.ts';
import { BenchError, systemCodeOf } from '../model/errors.ts';
import { writeAtomically, writeJsonFile } from '../results/write-atomically.ts';
import type { ResultRecord } from '../model/record.ts';
import { makeFolder, samplesFileOf } from '../results/run-folder.ts';
import { readEnvironment, readPlan, readRecords, runFilesIn } from '../results/run-folder.ts';
import { lockRunFolder } from '../results/run-lock.ts';
import type { Aws } from './clients.ts';
import { mergeRuns, type PairPart } from './merge-runs.ts';
import { downloadPrefix, type DownloadSummary } from './download-prefix.ts';

/** A run as it was fetched. */
export interface FetchedRun extends DownloadSummary {
  /** Whether there are results that a report can show. */
  readonly hasResults: boolean;
}

/** Where the objects of the bucket lie in a run folder, under the same names. */
const OBJECTS = 'objects';

const PAIR_FOLDER = /^pair-(\d+)$/;

/** What one pair wrote; undefined where it wrote no plan. */
const readPair = async (objects: string, name: string): Promise<PairPart | undefined> => {
  const folder = join(objects, name);
  if (!existsSync(runFilesIn(folder).plan)) return undefined;
  const plan = await readPlan(folder);
  return {
    pair: Number(PAIR_FOLDER.exec(name)?.[1]),
    plan,
    environment: await readEnvironment(folder),
    records: await readRecords(folder, plan),
  };
};

/** The same file under a second name costs nothing; another disk needs a copy. A measurement that failed has none. */
const linkFile = async (from: string, to: string): Promise<void> => {
  try {
    await link(from, to);
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOENT') await copyFile(from, to);
  }
};

/** Anew, since a repeat may have gone to another pair since the last time. */
const linkSamples = async (
  objects: string,
  samples: string,
  records: readonly ResultRecord[],
): Promise<void> => {
  await rm(samples, { recursive: true, force: true });
  await mkdir(samples, { recursive: true });
  for (const record of records) {
    if (record.kind !== 'measurement') continue;
    const name = samplesFileOf(record.measurement);
    await linkFile(join(objects, `pair-${record.pair}`, 'samples', name), join(samples, name));
  }
};

/** Joins what the pairs wrote into the files of a run folder; false where no pair has results yet. */
const mergePairs = async (folder: string): Promise<boolean> => {
  const objects = join(folder, OBJECTS);
  if (!existsSync(objects)) return false;
  const pairs = (await readdir(objects)).filter((name) => PAIR_FOLDER.test(name));
  const found = await Promise.all(pairs.map((name) => readPair(objects, name)));
  const parts = found.filter((part) => part !== undefined);
  if (parts.every(({ environment }) => environment === undefined)) return false;
  const { plan, environment, records } = mergeRuns(parts);
  const files = runFilesIn(folder);
  await linkSamples(objects, files.samples, records);
  await writeAtomically(
    files.results,
    records.map((record) => `${JSON.stringify(record)}\n`),
  );
  await writeJsonFile(files.environment, environment);
  await writeJsonFile(files.plan, plan);
  return true;
};

/**
 * Downloads a run into a run folder, verified, and joins its pairs there. Can be called again and again, while the run goes
 * on too.
 *
 * @throws BenchError where the folder holds another run, or an object does not come whole.
 */
export const fetchRun = async (
  aws: Aws,
  bucket: string,
  runId: string,
  folder: string,
  options: Parameters<typeof downloadPrefix>[3],
): Promise<FetchedRun> => {
  const files = runFilesIn(folder);
  const objects = join(folder, OBJECTS);
  if (existsSync(files.plan) && !existsSync(objects)) {
    throw new BenchError(
      'BENCH_FOLDER_IN_USE',
      `${folder} already holds a run that was made on this machine`,
      {
        hint: 'give another folder with --output',
      },
    );
  }
  await makeFolder(folder);
  const unlock = await lockRunFolder(files.lock);
  try {
    const from = { bucket, prefix: runKeys.run(runId) };
    const summary = await downloadPrefix(aws, from, objects, options);
    return { ...summary, hasResults: await mergePairs(folder) };
  } finally {
    await unlock();
  }
};
