import { createReadStream } from 'node:fs';
import { BenchError, fileErrorText, systemCodeOf } from '../model/errors.ts';
import type { ResultRecord } from '../model/record.ts';
import { recordProblem } from './check-content.ts';
import { shellWord } from '../../../serving-configs/options/shell-word.ts';

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

const damaged = (line: number, file: string, why: string): BenchError =>
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
  if (problem !== undefined) throw damaged(line, file, problem);
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
      if (isTruncated) throw damaged(records + 1, file, 'it is not JSON');
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
