import { type FileHandle, mkdir, open, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { BenchError, systemCodeOf } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import type { Environment } from './environment.ts';
import { parseResults } from './parse-results.ts';
import type { ResultRecord } from './record.ts';

/** All that a run folder holds but the raw samples. */
export interface RunData {
  readonly plan: Plan;
  readonly environment: Environment;
  /** In the order in which they were written. */
  readonly records: readonly ResultRecord[];
}

const PLAN = 'plan.json';
const ENVIRONMENT = 'environment.json';
const RESULTS = 'results.jsonl';
const SAMPLES = 'samples';

/** Where the raw samples of a cell go. */
export const samplesFileOf = (folder: string, cellId: string): string =>
  path.join(folder, SAMPLES, `${cellId.replaceAll('/', '_')}.csv.gz`);

const writeWhole = async (file: string, value: unknown): Promise<void> => {
  await writeFile(`${file}.part`, `${JSON.stringify(value, null, 2)}\n`);
  await rename(`${file}.part`, file);
};

/** Makes a new run folder with its plan and environment and no records. */
export const createRunFolder = async (
  folder: string,
  plan: Plan,
  environment: Environment,
): Promise<void> => {
  await mkdir(path.join(folder, SAMPLES), { recursive: true });
  await writeWhole(path.join(folder, ENVIRONMENT), environment);
  await writeFile(path.join(folder, RESULTS), '');
  // The plan comes last: a folder with a plan is a whole run folder.
  await writeWhole(path.join(folder, PLAN), plan);
};

const readJson = async (folder: string, file: string): Promise<unknown> => {
  try {
    return JSON.parse(await readFile(path.join(folder, file), 'utf8'));
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') {
      throw new BenchError('BENCH_NO_RUN', `${folder} is not a run folder: it has no ${file}.`, {
        hint: 'name the folder that `bench run` printed, e.g. results/<date>-quick',
        cause: error,
      });
    }
    throw new BenchError('BENCH_RESULTS_DAMAGED', `${path.join(folder, file)} is not JSON.`, {
      hint: 'restore the file, or start a new run',
      cause: error,
    });
  }
};

/** The plan of a run folder. @throws BenchError where there is none, or one of another version. */
export const readPlan = async (folder: string): Promise<Plan> => {
  const plan = (await readJson(folder, PLAN)) as Omit<Plan, 'schema'> & { schema: number };
  if (plan.schema !== 1) {
    throw new BenchError(
      'BENCH_SCHEMA',
      `${folder} was written with plan schema ${plan.schema}; this version reads schema 1.`,
      { hint: 'use the version of serving-compare that wrote it' },
    );
  }
  return { ...plan, schema: 1 };
};

/** Reads a run folder, whether its run is over or not. @throws BenchError where it is none or damaged. */
export const readRunFolder = async (folder: string): Promise<RunData> => {
  const plan = await readPlan(folder);
  const environment = (await readJson(folder, ENVIRONMENT)) as Environment;
  const { records } = parseResults(await readFile(path.join(folder, RESULTS)), plan);
  return { plan, environment, records };
};

/** The file of records, open for more. */
export interface ResultsFile {
  /** What was there when it was opened. */
  readonly records: readonly ResultRecord[];
  /** Writes one record; resolves when it is on the disk. */
  append(record: ResultRecord): Promise<void>;
  close(): Promise<void>;
}

const appendWhole = async (file: FileHandle, bytes: Buffer, at: number): Promise<void> => {
  try {
    for (let done = 0; done < bytes.length;) {
      done += (await file.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
    }
    await file.sync();
  } catch (error) {
    throw new BenchError(
      'BENCH_DISK',
      `A finished cell could not be written to ${RESULTS}: ${error instanceof Error ? error.message : String(error)}.`,
      { hint: 'make room on the disk, then go on with `bench run --resume`', cause: error },
    );
  }
};

/**
 * Opens the records of a run folder for appending. A half-written last line is cut off: its cell runs again.
 */
export const openResults = async (folder: string, plan: Plan): Promise<ResultsFile> => {
  const file = await open(path.join(folder, RESULTS), 'r+');
  try {
    const { records, wholeBytes } = parseResults(await file.readFile(), plan);
    await file.truncate(wholeBytes);
    let at = wholeBytes;
    return {
      records,
      append: async (record) => {
        const bytes = Buffer.from(`${JSON.stringify(record)}\n`);
        // Always at the end of the last whole line, so that a failed write leaves nothing in the way of the next.
        await appendWhole(file, bytes, at);
        at += bytes.length;
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
};
