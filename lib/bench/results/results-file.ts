import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { BenchError, messageOf, systemCodeOf } from '../model/errors.ts';
import { eachRecord, type HalfLine, unreadable } from './record-lines.ts';
import type { ResultRecord } from '../model/record.ts';
import { shellWord } from '../../../serving-configs/options/shell-word.ts';

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
