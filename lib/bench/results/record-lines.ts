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

/** The whole lines of a results file. */
export interface ParsedRecords extends WholeLines {
  readonly records: readonly ResultRecord[];
}

/** Takes a record as soon as its line was read. */
type TakeRecord = (record: ResultRecord) => void;

type ParsedLine =
  | { readonly record: ResultRecord }
  /** A line that a cut left is never JSON, since its end is missing. */
  | { readonly problem: string; readonly mayBeCut: boolean };

const parseLine = (line: string): ParsedLine => {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { problem: 'it is not JSON', mayBeCut: true };
  }
  return isRecord(value) ? { record: value } : { problem: 'it is not a record', mayBeCut: false };
};

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

/** Takes the bytes of a results file as they come. */
interface RecordReader {
  /** @throws BenchError if a line before the last one is damaged, or a line is no record */
  readonly push: (bytes: Buffer) => void;
  readonly whole: () => WholeLines;
}

const createRecordReader = (file: string, take: TakeRecord): RecordReader => {
  let records = 0;
  let wholeBytes = 0;
  let readBytes = 0;
  /** The beginning of a line whose end has not come yet. */
  let begun: Buffer = Buffer.alloc(0);
  /** Of a line that only a cut explains, so that nothing may follow it. */
  let cut: string | undefined;

  const takeLine = (line: Buffer): void => {
    const parsed = parseLine(line.toString('utf8'));
    if ('record' in parsed) {
      take(parsed.record);
      records += 1;
      wholeBytes += line.length + 1;
    } else if (parsed.mayBeCut) {
      cut = parsed.problem;
    } else {
      throw damaged(records + 1, file, parsed.problem);
    }
  };

  return {
    push: (bytes) => {
      readBytes += bytes.length;
      const content = begun.length === 0 ? bytes : Buffer.concat([begun, bytes]);
      let start = 0;
      while (start < content.length) {
        if (cut !== undefined) throw damaged(records + 1, file, cut);
        const end = content.indexOf(LINE_FEED, start);
        if (end === -1) break;
        takeLine(content.subarray(start, end));
        start = end + 1;
      }
      begun = content.subarray(start);
    },
    whole: () => {
      const halfLine = { line: records + 1, bytes: readBytes - wholeBytes };
      return { wholeBytes, halfLine: halfLine.bytes === 0 ? undefined : halfLine };
    },
  };
};

const PIECE_BYTES = 1 << 20;

/**
 * Reads a results file piece by piece, and gives one record after the other: as a whole it would take as much memory again as
 * its records, and that of a long run may be longer than a buffer can be. The last line may be cut off or, after a power cut,
 * hold anything: it is left out.
 *
 * @throws BenchError if an earlier line is damaged, or a line is no record: that no cut explains; the error of the system where
 *   the file cannot be read
 */
export const eachRecord = async (file: string, take: TakeRecord): Promise<WholeLines> => {
  const reader = createRecordReader(file, take);
  const stream = createReadStream(file, { highWaterMark: PIECE_BYTES });
  for await (const bytes of stream) reader.push(bytes as Buffer);
  return reader.whole();
};

/**
 * The records of a results file whose content is at hand.
 *
 * @param file its name, for messages
 * @throws BenchError as {@link eachRecord}
 */
export const parseRecords = (content: Buffer, file: string): readonly ResultRecord[] => {
  const records: ResultRecord[] = [];
  createRecordReader(file, (record) => records.push(record)).push(content);
  return records;
};

/**
 * All records of a results file.
 *
 * @param keep gives what is to be kept of a record
 * @throws as {@link eachRecord}
 */
export const readRecordLines = async (
  file: string,
  keep: (record: ResultRecord) => ResultRecord,
): Promise<ParsedRecords> => {
  const records: ResultRecord[] = [];
  const whole = await eachRecord(file, (record) => records.push(keep(record)));
  return { records, ...whole };
};
