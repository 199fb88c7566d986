import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path, { join } from 'node:path';
import { isServingName, registerServers } from '../../../serving-configs/index.ts';
import type { Measurement } from '../model/measurement.ts';
import type { Environment } from '../model/environment.ts';
import { BenchError, systemCodeOf } from '../model/errors.ts';
import { type Plan, RUN_FORMAT } from '../model/plan.ts';
import type { ResultRecord } from '../model/record.ts';
import { dedupeRecords } from './dedupe-records.ts';
import { eachRecord, halfLineError } from './record-lines.ts';
import { writerOf } from './run-lock.ts';
import { writeJsonFile } from './write-atomically.ts';
import { shellWord } from '../../../serving-configs/options/shell-word.ts';

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

/** Name of the file of a measurement's raw samples in the folder of them. */
export const samplesFileOf = ({ id }: Pick<Measurement, 'id'>): string =>
  `${id.replaceAll('/', '_')}.csv.gz`;

/** Everything that a report needs to know about a run. */
export interface RunData {
  /** The folder, as it was typed; absent if the data are not in one. */
  readonly folder?: string;
  readonly plan: Plan;
  readonly environment: Environment;
  /** In the order in which they were written; a measurement that was written twice comes once. */
  readonly records: readonly ResultRecord[];
  /** Set if another process runs it now, so that missing measurements are still to come. */
  readonly isGoingOn?: true;
  /** Repeats of the plan as it was made, if the time was up before the last of them; `plan` is then the plan of those measured. */
  readonly plannedRepeats?: number;
}

/** Where the files of a run lie. */
interface RunFiles {
  readonly plan: string;
  readonly environment: string;
  readonly results: string;
  /** Folder of the raw samples, one gzipped CSV a measurement. */
  readonly samples: string;
  /** Held while a plan runs. */
  readonly lock: string;
  /** Held on a node as long as its runner lives, also before the plan runs and while it restores the folder. */
  readonly runnerLock: string;
}

export const runFilesIn = (folder: string): RunFiles => ({
  plan: join(folder, 'plan.json'),
  environment: join(folder, 'environment.json'),
  results: join(folder, 'results.jsonl'),
  samples: join(folder, 'samples'),
  lock: join(folder, 'lock'),
  runnerLock: join(folder, 'runner.lock'),
});

/**
 * Makes the folder of a new run. `plan.json` comes last, so that a folder without it never held a result.
 *
 * @param plan undefined: only tries whether the folder can be made, before anything takes time
 * @throws BenchError if the folder already holds a run or cannot be written.
 */
export const createRunFolder = async (folder: string, plan: Plan | undefined): Promise<void> => {
  const files = runFilesIn(folder);
  const made = [folder, files.samples].find((one) => !existsSync(one));
  try {
    await makeFolder(files.samples);
    if ((await readdir(folder)).includes('plan.json')) {
      throw new BenchError('BENCH_FOLDER_IN_USE', `${folder} already holds a run`, {
        hint: `resume it: npx serving-compare run --resume ${shellWord(folder)}, or give another --output`,
      });
    }
    if (plan !== undefined) await writeJsonFile(files.plan, plan);
    else if (made !== undefined) await rm(made, { recursive: true });
  } catch (error) {
    if (error instanceof BenchError) throw error;
    throw new BenchError(
      'BENCH_FOLDER',
      `the run folder ${folder} cannot be created: ${String(error)}`,
      {
        hint: 'give a folder that you may write to with --output',
        cause: error,
      },
    );
  }
};

const readJson = async (file: string): Promise<unknown> => {
  const text = await readFile(file, 'utf8');
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new BenchError('BENCH_FOLDER', `${file} is not JSON; it was changed or damaged`, {
      hint: 'start a new run',
      cause: error,
    });
  }
};

const noRun = (folder: string, why: string, cause?: unknown): BenchError =>
  new BenchError('BENCH_NO_RUN', `${folder} is not a run folder: ${why}`, {
    hint: 'give a folder that "npx serving-compare run" made, usually in results/',
    cause,
  });

/**
 * The plan of a run folder. Its running servers are known as servings from then on.
 *
 * @throws BenchError if there is none, or one of another version's run.
 */
export const readPlan = async (folder: string): Promise<Plan> => {
  let plan: Partial<Plan> | null;
  try {
    plan = (await readJson(runFilesIn(folder).plan)) as Partial<Plan> | null;
  } catch (error) {
    if (error instanceof BenchError) throw error;
    throw noRun(folder, 'it holds no plan.json', error);
  }
  const format: number | undefined = plan?.schema;
  if (format === undefined) throw noRun(folder, 'its plan.json names no format');
  if (format !== RUN_FORMAT) {
    throw new BenchError(
      'BENCH_SCHEMA',
      `the run in ${folder} was made by another version of serving-compare (format ${format}; this version reads format ${RUN_FORMAT})`,
      { hint: 'use the version that made the run, or start a new run' },
    );
  }
  // What the command line said of one has its headers, too.
  registerServers(plan?.servers?.filter(({ name }) => !isServingName(name)) ?? []);
  return plan as Plan;
};

/**
 * The environment of a run folder; undefined if the run was cut off before it was written.
 *
 * @throws BenchError if it is no JSON.
 */
export const readEnvironment = async (folder: string): Promise<Environment | undefined> => {
  try {
    return (await readJson(runFilesIn(folder).environment)) as Environment;
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
};

const asTheyAre = (record: ResultRecord): ResultRecord => record;

/** All lines; none if there is no file yet. */
const readLines = async (folder: string, keep = asTheyAre) => {
  const records: ResultRecord[] = [];
  try {
    const take = (record: ResultRecord) => records.push(keep(record));
    const { halfLine } = await eachRecord(runFilesIn(folder).results, take);
    return { records, halfLine };
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOENT') throw error;
    return { records, halfLine: undefined };
  }
};

/**
 * The records of a run folder. A half-written last line, as a cut leaves it, is left out; the file is not changed.
 *
 * @throws BenchError on any other damage, and on a record of another plan.
 */
export const readRecords = async (folder: string, plan: Plan): Promise<readonly ResultRecord[]> =>
  dedupeRecords((await readLines(folder)).records, plan, runFilesIn(folder).results);

/** The run that was measured, if the time was up before the end of the plan. */
const untilTimeUp = (data: RunData): RunData => {
  const last = data.records.at(-1);
  if (last?.kind !== 'time-up') return data;
  const { plan, records } = data;
  const { repeats } = last;
  return {
    ...data,
    plan: {
      ...plan,
      options: { ...plan.options, repeats },
      measurements: plan.measurements.filter(({ repeat }) => repeat <= repeats),
    },
    records: records.filter(({ kind }) => kind !== 'time-up'),
    plannedRepeats: plan.options.repeats,
  };
};

/**
 * Reads a run folder, even if the run goes on or was cut off between two measurements. A half last line is left out while a process
 * may be writing it.
 *
 * @param keeping gives what is to be kept of each record, all of it unless it is given
 * @throws BenchError if it is not a run folder, was cut off before its first measurement, is damaged, or ends in half a line that
 * no process is writing.
 */
export const readRunFolder = async (
  folder: string,
  keeping: (plan: Plan) => typeof asTheyAre = () => asTheyAre,
): Promise<RunData> => {
  const plan = await readPlan(folder);
  const files = runFilesIn(folder);
  const environment = await readEnvironment(folder);
  // Asked before the lines are read: a run that ends in between has written its last line by then.
  const writer = await writerOf([files.lock, files.runnerLock]);
  const { records, halfLine } = await readLines(folder, keeping(plan));
  if (environment === undefined) {
    throw new BenchError(
      'BENCH_NO_RESULTS',
      `the run in ${folder} was cut off before its first measurement`,
      {
        hint: `resume it: npx serving-compare run --resume ${shellWord(folder)}`,
      },
    );
  }
  if (halfLine !== undefined && writer === 'none') {
    throw halfLineError(halfLine, files.results, { runFolder: folder, where: plan.where });
  }
  return untilTimeUp({
    folder,
    plan,
    environment,
    records: dedupeRecords(records, plan, files.results),
    // A process that reads its own run has finished it.
    ...(writer === 'another-process' ? { isGoingOn: true } : {}),
  });
};
