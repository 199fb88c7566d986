import { createReadStream } from 'node:fs';
import { BenchError, fileErrorText, systemCodeOf, messageOf } from '../model/errors.ts';
import type { ResultRecord, MeasurementRecord } from '../model/record.ts';
import { recordProblem, damaged } from './check-content.ts';
import { shellWord } from '../../../serving-configs/options/shell-word.ts';
import { isDeepStrictEqual } from 'node:util';
import type { Plan } from '../model/plan.ts';
import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';

/** An incomplete last line: its write was interrupted, or a power cut left garbage in it. */
export interface HalfLine {
  /** Line number; the first line is 1. */
  readonly line: number;
  readonly bytes: number;
}

/** The complete part of a results file, and what follows it. */
interface WholeLines {
  /** Length of the complete lines, in bytes. */
  readonly wholeBytes: number;
  readonly halfLine?: HalfLine;
}

const damagedLine = (line: number, file: string, why: string): BenchError =>
  new BenchError('BENCH_DAMAGED', `line ${line} of ${file} is damaged: ${why}`, {
    hint: 'delete that line, and --resume repeats its measurement; or start a new run',
  });

/** The error for a file of a run folder that exists but cannot be read; any other error is returned unchanged. */
export const unreadable = (file: string, error: unknown): unknown =>
  error instanceof BenchError || ['ENOENT', 'ENOTDIR', undefined].includes(systemCodeOf(error))
    ? error
    : new BenchError('BENCH_FOLDER', fileErrorText(file, error), {
        hint: 'restore it or its rights, or start a new run',
        cause: error,
      });

/** The error for an incomplete last line that no process is still writing. */
export const halfLineError = (
  { line, bytes }: HalfLine,
  file: string,
  { runFolder, where }: { readonly runFolder: string; readonly where: 'local' | 'aws' },
): BenchError =>
  new BenchError(
    'BENCH_DAMAGED',
    `the last line (${line}) of ${file} was cut off after ${bytes} bytes`,
    {
      hint:
        where === 'aws'
          ? 'fetch the run again: npx serving-compare fetch RUN_ID; or repeat that measurement: npx serving-compare run --on aws --resume RUN_ID'
          : `repeat that measurement and continue: npx serving-compare run --resume ${shellWord(runFolder)}; if the run is over, delete the line`,
    },
  );

const LINE_FEED = 10;
const CHUNK_BYTES = 1 << 20;

/**
 * Parses one line. Returns undefined if it is not JSON: a truncated record never is, because its closing brace is missing.
 *
 * @throws BenchError if it is JSON but not a record, or one that contradicts itself, which truncation cannot explain.
 */
const parseLine = (text: string, line: number, file: string): ResultRecord | undefined => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const problem = recordProblem(value);
  if (problem !== undefined) throw damagedLine(line, file, problem);
  return value as ResultRecord;
};

/**
 * Parses a results file chunk by chunk and passes each record to `take`. An incomplete last line is left out.
 *
 * @param file name of the file, for messages
 * @throws BenchError if any other line is damaged, or a line is not a record or contradicts itself.
 */
export const takeRecords = async (
  chunks: Iterable<Buffer> | AsyncIterable<Buffer>,
  file: string,
  take: (record: ResultRecord) => void,
): Promise<WholeLines> => {
  let [records, wholeBytes, readBytes] = [0, 0, 0];
  /** The beginning of a line whose end has not been read yet. */
  let begun: Buffer = Buffer.alloc(0);
  /** Set by a line that is not JSON, which can only be the last one. */
  let isTruncated = false;
  for await (const chunk of chunks) {
    readBytes += chunk.length;
    const content = begun.length === 0 ? chunk : Buffer.concat([begun, chunk]);
    let start = 0;
    while (start < content.length) {
      if (isTruncated) throw damagedLine(records + 1, file, 'it is not JSON');
      const end = content.indexOf(LINE_FEED, start);
      if (end === -1) break;
      const record = parseLine(content.toString('utf8', start, end), records + 1, file);
      if (record === undefined) {
        isTruncated = true;
      } else {
        take(record);
        records += 1;
        wholeBytes += end + 1 - start;
      }
      start = end + 1;
    }
    begun = content.subarray(start);
  }
  const halfLine = { line: records + 1, bytes: readBytes - wholeBytes };
  return { wholeBytes, halfLine: halfLine.bytes === 0 ? undefined : halfLine };
};

/**
 * Parses a results file like {@link takeRecords}. The file is streamed, because that of a long run may exceed the maximum size of
 * a buffer.
 *
 * @throws BenchError like {@link takeRecords}, or if the file cannot be read; the system error if there is none.
 */
export const eachRecord = async (
  file: string,
  take: (record: ResultRecord) => void,
): Promise<WholeLines> => {
  try {
    const content = createReadStream(file, { highWaterMark: CHUNK_BYTES });
    return await takeRecords(content, file, take);
  } catch (error) {
    throw unreadable(file, error);
  }
};

const nameOf = (record: ResultRecord): string =>
  record.kind === 'measurement'
    ? `the measurement "${record.measurement.id}"`
    : `a record of the kind ${record.kind}`;

/** The ids of measurements do not tell plans apart: two plans may differ only in the model, the images or the servers. */
const assertSamePlan = (
  records: readonly ResultRecord[],
  { hash }: Pick<Plan, 'hash'>,
  file: string,
): void => {
  const foreign = records.find(({ planHash }) => planHash !== undefined && planHash !== hash);
  if (foreign === undefined) return;
  throw new BenchError(
    'BENCH_MIXED_RUNS',
    `${file} holds ${nameOf(foreign)} of another run: its plan is ${foreign.planHash}, plan.json is ${hash}`,
    { hint: 'give both files from one run folder' },
  );
};

/** Without it, the figures of one measurement could be read as those of another. */
const assertPlanned = (
  records: readonly ResultRecord[],
  { measurements, options }: Pick<Plan, 'measurements' | 'options'>,
  file: string,
): void => {
  const planned = new Map(measurements.map((measurement) => [measurement.id, measurement]));
  const changed = records.find((record) => {
    if (record.kind !== 'measurement') return false;
    const { measurement } = record;
    const asPlanned = planned.get(measurement.id);
    // Trials of a search are not in the plan.
    if (asPlanned === undefined) return false;
    // The load of a stability test follows from the rate that the run has measured, and windows may be chosen by a pilot.
    const { level } = asPlanned.stability === undefined ? measurement : asPlanned;
    const isChosen = asPlanned.stability !== undefined || options.windows === 'chosen';
    const { durationSeconds } = isChosen ? asPlanned : measurement;
    return !isDeepStrictEqual(asPlanned, { ...measurement, level, durationSeconds });
  });
  if (changed === undefined) return;
  throw damaged(file, `${nameOf(changed)} is not as plan.json has it`);
};

/** A no-op limit that was measured again had been disturbed. */
const isReplaced = (earlier: MeasurementRecord, later: MeasurementRecord): boolean =>
  earlier.state === 'failed' || (later.state !== 'failed' && later.measurement.engine === 'noop');

/**
 * Keeps one record of each measurement: the first completed one, of a no-op limit the last completed one, or else the last failed one.
 *
 * @throws BenchError if a record belongs to another plan, so the files come from two runs, or if its measurement is not the planned one.
 */
export const dedupeRecords = (
  records: readonly ResultRecord[],
  plan: Pick<Plan, 'hash' | 'measurements' | 'options'>,
  file: string,
): readonly ResultRecord[] => {
  assertSamePlan(records, plan, file);
  assertPlanned(records, plan, file);
  const kept = new Map<string, MeasurementRecord>();
  for (const record of records) {
    if (record.kind !== 'measurement') continue;
    const { id } = record.measurement;
    const earlier = kept.get(id);
    if (earlier === undefined || isReplaced(earlier, record)) kept.set(id, record);
  }
  return records.filter(
    (record) => record.kind !== 'measurement' || kept.get(record.measurement.id) === record,
  );
};

/** `results.jsonl`, open for appending. */
interface ResultsFile {
  /**
   * Writes one record and returns when it is on disk.
   *
   * @throws BenchError if the disk is full or broken; all earlier records are safe and the run can be resumed.
   */
  readonly append: (record: ResultRecord) => Promise<void>;
  readonly close: () => Promise<void>;
  /** The incomplete last line that was removed when the file was opened. */
  readonly dropped?: HalfLine;
}

const appendLine = async (handle: FileHandle, line: Buffer, position: number): Promise<void> => {
  let written = 0;
  while (written < line.length) {
    const { bytesWritten } = await handle.write(
      line,
      written,
      line.length - written,
      position + written,
    );
    written += bytesWritten;
  }
  await handle.sync();
};

const fileError = (file: string, error: unknown): BenchError =>
  new BenchError(
    systemCodeOf(error) === 'ENOSPC' ? 'BENCH_DISK_FULL' : 'BENCH_DISK',
    systemCodeOf(error) === 'ENOSPC'
      ? `the disk is full: the last measurement could not be written to ${file}; all earlier ones are safe`
      : `the last measurement could not be written to ${file}: ${messageOf(error)}`,
    {
      hint: `make room, then continue: npx serving-compare run --resume ${shellWord(path.dirname(file))}`,
      cause: error,
    },
  );

/**
 * Opens the results of a run, creating the file if needed, and removes an incomplete last line.
 *
 * @throws BenchError if another line is damaged.
 */
export const openResultsFile = async (file: string): Promise<ResultsFile> => {
  // 'a+' does not write at a position, and no flag string means O_CREAT without O_TRUNC.
  const created = await open(file, 'a').catch((error: unknown) => {
    throw unreadable(file, error);
  });
  await created.close();
  const { wholeBytes, halfLine } = await eachRecord(file, () => undefined);
  let length = wholeBytes;
  const handle = await open(file, 'r+');
  try {
    await handle.truncate(length);
  } catch (error) {
    await handle.close();
    throw error;
  }
  return {
    append: async (record) => {
      const line = Buffer.from(`${JSON.stringify(record)}\n`);
      try {
        await appendLine(handle, line, length);
        length += line.length;
      } catch (error) {
        // If this fails too, the next start removes the incomplete line.
        await handle.truncate(length).catch(() => undefined);
        throw fileError(file, error);
      }
    },
    close: () => handle.close(),
    dropped: halfLine,
  };
};
