import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path, { join } from 'node:path';
import type { Measurement } from '../model/measurement.ts';
import type { Environment } from '../model/environment.ts';
import { BenchError, messageOf, systemCodeOf } from '../model/errors.ts';
import { type Plan, RUN_FORMAT } from '../model/plan.ts';
import type { ResultRecord, Stopped } from '../model/record.ts';
import { dedupeRecords, eachRecord, halfLineError, unreadable } from './results-file.ts';
import { damaged, environmentProblem, planProblem } from './check-content.ts';
import { writerOf } from './run-lock.ts';
import { writeJsonFile } from './write-atomically.ts';
import { shellWord } from '../../../serving-configs/options/shell-word.ts';

/** Progress of one node pair with its share of a run: `status.json` in its run folder and in the results bucket. */
export interface RunStatus {
  readonly format: 1;
  readonly runId: string;
  readonly pair: number;
  /**
   * - `preparing`: before the first measurement.
   * - `completed`: every measurement of the share has a record, and all records are in the bucket.
   * - `failed`: the runner could not continue; `message` says why.
   * - `cancelled`: the operator stopped it.
   * - `interrupted`: the node is going away (spot interruption, deadline, shutdown).
   */
  readonly state: 'preparing' | 'running' | 'completed' | 'failed' | 'cancelled' | 'interrupted';
  readonly startedAt: string;
  readonly updatedAt: string;
  /** Description of the measurement in progress. */
  readonly running?: string;
  readonly measurements: {
    /** Of this pair's share; unfinished searches count with their maximum number of trials. */
    readonly total: number;
    readonly completed: number;
    readonly failed: number;
  };
  /** Estimated at `updatedAt`; absent before the first measurement. */
  readonly secondsLeft?: number;
  /** Number of times that the runner was started for this run on its node; more than 1 means that it was resumed. */
  readonly starts: number;
  readonly message?: string;
}

/** Creates a folder and its parents. Node's recursive `mkdir` never returns on a file system such as /proc. */
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

/** Name of the file with a measurement's raw samples, inside the samples folder. */
export const samplesFileOf = ({ id }: Pick<Measurement, 'id'>): string =>
  `${id.replaceAll('/', '_')}.csv.gz`;

/** How a run ended before the last repeat of its plan. */
export interface StoppedRun extends Pick<Stopped, 'repeats' | 'why'> {
  /** Number of repeats that were planned, by its schedule if it has one. */
  readonly planned: number;
}

/** Everything that a report needs to know about a run. */
export interface RunData {
  /** The folder, as the user typed it; absent if the data did not come from a folder. */
  readonly folder?: string;
  readonly plan: Plan;
  readonly environment: Environment;
  /** In the order in which they were written, one per measurement. */
  readonly records: readonly ResultRecord[];
  /** Size of their lines in the folder. */
  readonly resultsBytes?: number;
  /** Set if another process is running the plan, so missing measurements may still come. */
  readonly isGoingOn?: true;
  /** Set if the run ended before the last repeat of its plan; `plan` then holds only the repeats that were measured. */
  readonly stopped?: StoppedRun;
}

/** Paths of the files and folders in a run folder. */
export const runFilesIn = (folder: string) => ({
  plan: join(folder, 'plan.json'),
  environment: join(folder, 'environment.json'),
  results: join(folder, 'results.jsonl'),
  /** What the middleware logged; missing if it logged nothing. */
  middlewareLog: join(folder, 'middleware.log'),
  /** Folder of the raw samples: one gzipped CSV file per measurement. */
  samples: join(folder, 'samples'),
  /** Held while a plan runs. */
  lock: join(folder, 'lock'),
  /** Held on a node for the lifetime of its runner, also while the runner restores the folder before the plan runs. */
  runnerLock: join(folder, 'runner.lock'),
});

/** The error of a run that cannot begin because the disk is full. */
export const diskFull = (folder: string, cause: unknown): BenchError =>
  new BenchError('BENCH_DISK_FULL', `the disk is full: the run in ${folder} cannot begin`, {
    hint: 'make room, or give a folder on another disk with --output',
    cause,
  });

/**
 * Creates the folder of a new run. `plan.json` is written last, so a folder without it never held a result.
 *
 * @param plan undefined: only tests that the folder can be created, before work that takes long
 * @throws BenchError if the folder already holds a run or is not writable.
 */
export const createRunFolder = async (folder: string, plan: Plan | undefined): Promise<void> => {
  const files = runFilesIn(folder);
  const created = [folder, files.samples].find((candidate) => !existsSync(candidate));
  try {
    await makeFolder(files.samples);
    if ((await readdir(folder)).includes('plan.json')) {
      throw new BenchError('BENCH_FOLDER_IN_USE', `${folder} already holds a run`, {
        hint: `resume it: npx serving-compare run --resume ${shellWord(folder)}; or give another --output`,
      });
    }
    if (plan !== undefined) await writeJsonFile(files.plan, plan);
    else if (created !== undefined) await rm(created, { recursive: true });
  } catch (error) {
    if (error instanceof BenchError) throw error;
    if (systemCodeOf(error) === 'ENOSPC') {
      if (created !== undefined) await rm(created, { recursive: true, force: true });
      throw diskFull(folder, error);
    }
    throw new BenchError(
      'BENCH_FOLDER',
      `the run folder ${folder} cannot be created: ${messageOf(error)}`,
      {
        hint: 'give a folder that you may write to with --output',
        cause: error,
      },
    );
  }
};

/** @throws BenchError if the file cannot be read or is not JSON; the system error if there is none. */
const readJson = async (file: string): Promise<unknown> => {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw unreadable(file, error);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw damaged(file, 'it is not JSON', error);
  }
};

/**
 * Reads the plan of a run folder.
 *
 * @throws BenchError if the folder holds no plan, the plan of another version, or one that does not fit its hash.
 */
export const readPlan = async (folder: string): Promise<Plan> => {
  const file = runFilesIn(folder).plan;
  let plan: Partial<Plan> | null;
  try {
    plan = (await readJson(file)) as Partial<Plan> | null;
  } catch (error) {
    if (error instanceof BenchError) throw error;
    const problem = existsSync(folder)
      ? `${folder} is not a run folder: it holds no plan.json`
      : `there is no folder ${folder}`;
    throw new BenchError('BENCH_NO_RUN', problem, {
      hint: 'give a folder that "npx serving-compare run" made, usually in results/',
      cause: error,
    });
  }
  if (plan?.format !== RUN_FORMAT) {
    const format = plan?.format ?? 'unknown';
    throw new BenchError(
      'BENCH_FORMAT',
      `the run in ${folder} was made by another version of serving-compare (format ${format}; this version reads format ${RUN_FORMAT})`,
      { hint: 'use the version that made the run, or start a new run' },
    );
  }
  const problem = planProblem(plan);
  if (problem !== undefined) throw damaged(file, problem);
  return plan as Plan;
};

/**
 * Reads the environment of a run folder; undefined if the run was cut off before writing it.
 *
 * @throws BenchError if it is not an environment.
 */
export const readEnvironment = async (folder: string): Promise<Environment | undefined> => {
  const file = runFilesIn(folder).environment;
  let environment: unknown;
  try {
    environment = await readJson(file);
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  const problem = environmentProblem(environment);
  if (problem !== undefined) throw damaged(file, problem);
  return environment as Environment;
};

type ReduceRecord = (record: ResultRecord) => ResultRecord;

/** Reads all lines of the results; none if there is no file yet. */
const readLines = async (folder: string, reduce: ReduceRecord = (record) => record) => {
  const records: ResultRecord[] = [];
  try {
    const take = (record: ResultRecord) => records.push(reduce(record));
    const { wholeBytes, halfLine } = await eachRecord(runFilesIn(folder).results, take);
    return { records, wholeBytes, halfLine };
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOENT') throw error;
    return { records, wholeBytes: 0, halfLine: undefined };
  }
};

/** How often each measurement was completed, by id: a no-op limit that was measured again has several records. */
const timesCompletedIn = (records: readonly ResultRecord[]): Map<string, number> => {
  const times = new Map<string, number>();
  for (const record of records) {
    if (record.kind !== 'measurement' || record.state === 'failed') continue;
    const { id } = record.measurement;
    times.set(id, (times.get(id) ?? 0) + 1);
  }
  return times;
};

/**
 * Reads the records of a run folder without an incomplete last line, and does not change the file.
 *
 * @throws BenchError if another line is damaged, or a record belongs to another plan.
 */
export const readRecords = async (
  folder: string,
  plan: Plan,
): Promise<{
  readonly records: readonly ResultRecord[];
  readonly timesCompleted: Map<string, number>;
}> => {
  const { records } = await readLines(folder);
  return {
    records: dedupeRecords(records, plan, runFilesIn(folder).results),
    timesCompleted: timesCompletedIn(records),
  };
};

/** The plan of the first repeats of a plan. */
export const upToRepeat = (plan: Plan, repeats: number): Plan => ({
  ...plan,
  options: { ...plan.options, repeats },
  measurements: plan.measurements.filter(({ repeat }) => repeat <= repeats),
});

/** If the run ended early, shortens its plan to the repeats that were measured. */
const untilStopped = (data: RunData): RunData => {
  const last = data.records.findLast(({ kind }) => kind !== 'resumed');
  if (last?.kind !== 'stopped') return data;
  const { plan, records } = data;
  const { repeats, why } = last;
  const schedule = records.findLast((record) => record.kind === 'schedule');
  return {
    ...data,
    plan: upToRepeat(plan, repeats),
    stopped: { repeats, why, planned: schedule?.repeats ?? plan.options.repeats },
  };
};

/**
 * Reads a run folder, even while the run goes on or if it was interrupted between two measurements. Leaves out an incomplete last
 * line while a process may be writing it.
 *
 * @param reduceFor drops the parts of each record that the caller does not need; undefined: records are kept whole
 * @throws BenchError if it is not a run folder, has no measurement yet, is damaged, or ends in an incomplete line that no process
 * is writing.
 */
export const readRunFolder = async (
  folder: string,
  reduceFor?: (plan: Plan) => ReduceRecord,
): Promise<RunData> => {
  const plan = await readPlan(folder);
  const files = runFilesIn(folder);
  const environment = await readEnvironment(folder);
  // Before reading the lines: a run that ends in between has then written its last line.
  const writer = await writerOf([files.lock, files.runnerLock]);
  const { records, wholeBytes, halfLine } = await readLines(folder, reduceFor?.(plan));
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
  return untilStopped({
    folder,
    plan,
    environment,
    records: dedupeRecords(records, plan, files.results),
    resultsBytes: wholeBytes,
    // A process that reads the run it made has finished it.
    ...(writer === 'another-process' ? { isGoingOn: true } : {}),
  });
};
