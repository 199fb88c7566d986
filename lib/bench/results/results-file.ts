import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { BenchError, messageOf, systemCodeOf } from '../model/errors.ts';
import { eachRecord, type WholeLines } from './record-lines.ts';
import type { ResultRecord } from '../model/record.ts';
import { shellWord } from '../../../serving-configs/options/shell-word.ts';

/** `results.jsonl`, open for more. */
export interface ResultsFile {
  /**
   * Writes one record and returns when it is on disk.
   *
   * @throws BenchError if the disk is full or broken; all earlier records are safe and the run can be resumed.
   */
  readonly append: (record: ResultRecord) => Promise<void>;
  readonly close: () => Promise<void>;
  /** What was cut off when it was opened; absent if every line was whole. */
  readonly dropped?: WholeLines['halfLine'];
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
      hint: `make room, then continue with npx serving-compare run --resume ${shellWord(path.dirname(file))}`,
      cause: error,
    },
  );

/**
 * Opens the results of a run, after cutting off a last line that was only half written.
 *
 * @throws BenchError if the file is damaged elsewhere.
 */
export const openResultsFile = async (file: string): Promise<ResultsFile> => {
  // 'a+' would not let a line be cut off again; O_CREAT without truncation has no flag string.
  const created = await open(file, 'a');
  await created.close();
  // What the lines hold is not kept: only where the last whole one ends.
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
        // Best effort: a half line that stays is cut off by the next opening.
        await handle.truncate(length).catch(() => undefined);
        throw fileError(file, error);
      }
    },
    close: () => handle.close(),
    dropped: halfLine,
  };
};
