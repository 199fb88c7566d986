import { createReadStream } from 'node:fs';
import { BenchError } from '../model/errors.ts';
import type { ResultRecord } from '../model/record.ts';
import { shellWord } from '../../../serving-configs/options/shell-word.ts';

/** What a line of results may be. */
const KINDS: readonly ResultRecord['kind'][] = [
  'measurement',
  'answer-check',
  'calibration',
  'time-up',
];

const isRecord = (value: unknown): value is ResultRecord =>
  typeof value === 'object' && value !== null && KINDS.includes((value as ResultRecord).kind);

/** A last line that was not written to its end, or that a power cut filled. */
export interface HalfLine {
  /** 1 for the first of the file. */
  readonly line: number;
  readonly bytes: number;
}

/** How far a results file is whole. */
export interface WholeLines {
  /** Length of the part that is whole, in bytes. */
  readonly wholeBytes: number;
  /** What follows that; absent if nothing does. */
  readonly halfLine?: HalfLine;
}

const damaged = (line: number, file: string, why: string): BenchError =>
  new BenchError('BENCH_DAMAGED', `line ${line} of ${file} is damaged: ${why}`, {
    hint: 'delete that line, and --resume repeats its measurement; or start a new run',
  });

/** The error of a half line that no process is writing. */
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
          ? 'fetch the run again: npx serving-compare fetch RUN_ID; on a node, npx serving-compare run --on aws --resume RUN_ID repeats that measurement'
          : `npx serving-compare run --resume ${shellWord(runFolder)} repeats that measurement and continues; if the run is over, delete the line`,
    },
  );

const LINE_FEED = 10;
const PIECE_BYTES = 1 << 20;

/**
 * The record of a line; undefined if it is not JSON, as a line that a cut left never is, since its end is missing.
 *
 * @throws BenchError if it is JSON and no record, which no cut explains
 */
const parseLine = (text: string, line: number, file: string): ResultRecord | undefined => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value)) throw damaged(line, file, 'it is not a record');
  return value;
};

/**
 * Takes the pieces of a results file as they come, and gives one record after the other. The last line may be cut off or, after a
 * power cut, hold anything: it is left out.
 *
 * @param file its name, for messages
 * @throws BenchError if an earlier line is damaged, or a line is no record
 */
export const takeRecords = async (
  pieces: Iterable<Buffer> | AsyncIterable<Buffer>,
  file: string,
  take: (record: ResultRecord) => void,
): Promise<WholeLines> => {
  let [records, wholeBytes, readBytes] = [0, 0, 0];
  /** The beginning of a line whose end has not come yet. */
  let begun: Buffer = Buffer.alloc(0);
  /** After a line that only a cut explains nothing may follow. */
  let isCut = false;
  for await (const bytes of pieces) {
    readBytes += bytes.length;
    const content = begun.length === 0 ? bytes : Buffer.concat([begun, bytes]);
    let start = 0;
    while (start < content.length) {
      if (isCut) throw damaged(records + 1, file, 'it is not JSON');
      const end = content.indexOf(LINE_FEED, start);
      if (end === -1) break;
      const record = parseLine(content.toString('utf8', start, end), records + 1, file);
      if (record === undefined) {
        isCut = true;
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
 * {@link takeRecords} of a file, piece by piece: as a whole it would take as much memory again as its records, and that of a long
 * run may be longer than a buffer can be.
 *
 * @throws as {@link takeRecords}; the error of the system where the file cannot be read
 */
export const eachRecord = (
  file: string,
  take: (record: ResultRecord) => void,
): Promise<WholeLines> =>
  takeRecords(createReadStream(file, { highWaterMark: PIECE_BYTES }), file, take);
