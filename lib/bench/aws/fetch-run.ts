import { existsSync } from 'node:fs';
import { copyFile, link, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CLASSIFIER,
  readGivenModel,
  withFiles,
  type Model,
} from '../../../serving-configs/models/model.ts';
import { NODE_MODELS } from '../../../serving-configs/runtimes/aws-node/prepared-servings.ts';
import { platformsFolderIn } from '../../../serving-configs/runtimes/docker/container-models.ts';
import { runKeys } from '../../aws/contract/run-keys.ts';
import { BenchError, systemCodeOf } from '../model/errors.ts';
import { writeAtomically, writeJsonFile } from '../results/write-atomically.ts';
import type { Plan } from '../model/plan.ts';
import type { ResultRecord } from '../model/record.ts';
import {
  makeFolder,
  readEnvironment,
  readPlan,
  readRecords,
  runFilesIn,
  samplesFileOf,
} from '../results/run-folder.ts';
import { lockRunFolder } from '../results/run-lock.ts';
import type { Aws } from './clients.ts';
import { mergeRuns, type PairPart } from './merge-runs.ts';
import { REQUEST_FORMAT, type RunRequest } from './run-request.ts';
import { downloadPrefix, type DownloadSummary } from './download-prefix.ts';

export interface FetchedRun extends DownloadSummary {
  /** Whether there are results that a report can show. */
  readonly hasResults: boolean;
}

/** Folder of a run folder that mirrors the run's objects in the bucket. */
const OBJECTS = 'objects';

const PAIR_FOLDER = /^pair-(\d+)$/;

/** Reads the files that one pair wrote; undefined if it wrote no plan. */
const readPair = async (objects: string, name: string): Promise<PairPart | undefined> => {
  const folder = join(objects, name);
  if (!existsSync(runFilesIn(folder).plan)) return undefined;
  const plan = await readPlan(folder);
  return {
    pair: Number(PAIR_FOLDER.exec(name)?.[1]),
    plan,
    environment: await readEnvironment(folder),
    records: (await readRecords(folder, plan)).records,
  };
};

/** Links a file, or copies it if links are not possible. Does nothing if it does not exist: failed measurements have no samples. */
const linkFile = async (from: string, to: string): Promise<void> => {
  try {
    await link(from, to);
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOENT') await copyFile(from, to);
  }
};

/** Links the raw samples of all measurements from scratch, since a repeat may have moved to another pair since the last fetch. */
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

/** The repeats of each pair, as this version requested them; undefined if it did not. */
const repeatsIn = async (objects: string): Promise<RunRequest['repeats'] | undefined> => {
  const file = join(objects, 'request.json');
  if (!existsSync(file)) return undefined;
  const { format, repeats } = JSON.parse(await readFile(file, 'utf8')) as Partial<RunRequest>;
  return format === REQUEST_FORMAT ? repeats : undefined;
};

/** Merges the files of all pairs into the files of a run folder. Returns false if no pair has results yet. */
const mergePairs = async (folder: string): Promise<boolean> => {
  const objects = join(folder, OBJECTS);
  if (!existsSync(objects)) return false;
  const names = (await readdir(objects)).filter((name) => PAIR_FOLDER.test(name));
  const pairs = await Promise.all(names.map((name) => readPair(objects, name)));
  const parts = pairs.filter((part) => part !== undefined);
  if (parts.every(({ environment }) => environment === undefined)) return false;
  const { plan, environment, records } = mergeRuns(parts, await repeatsIn(objects));
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

/** The model of a fetched run: the files that were sent to its nodes, or those that a serving node has built. */
export const fetchedModel = (folder: string, { model }: Pick<Plan, 'model'>): Model =>
  model.kind === 'given'
    ? readGivenModel(join(folder, OBJECTS, 'model', 'model.json'))
    : withFiles(CLASSIFIER, { folder: platformsFolderIn(NODE_MODELS) });

/**
 * Downloads a run into a run folder, verifies it, and merges its pairs. May be called repeatedly, even while the run goes on.
 *
 * @throws BenchError if the folder holds another run, or an object cannot be downloaded completely.
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
      { hint: 'give another folder with --output' },
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
