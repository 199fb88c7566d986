import { appendFile, readFile, rename, stat } from 'node:fs/promises';
import type { NodeSample } from './sample.ts';

/** About 20 hours of samples; with the older file that is kept, more than a day. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Where samples go when the file is full; what was there before is gone. */
export const olderFile = (file: string): string => `${file}.1`;

const sizeOf = async (file: string): Promise<number> =>
  stat(file).then(
    ({ size }) => size,
    () => 0,
  );

/** Appends lines; never holds more than two files of `maxBytes`. */
export const createSamplesWriter = async (
  file: string,
  maxBytes: number = MAX_BYTES,
): Promise<(sample: NodeSample) => Promise<void>> => {
  let bytes = await sizeOf(file);
  return async (sample) => {
    const line = `${JSON.stringify(sample)}\n`;
    if (bytes > 0 && bytes + line.length > maxBytes) {
      await rename(file, olderFile(file));
      bytes = 0;
    }
    await appendFile(file, line);
    bytes += line.length;
  };
};

/** The lines of both files, oldest first; those of the older one only where the newer begins behind `fromMs`. */
export const readSampleLines = async (file: string, fromMs: number): Promise<readonly string[]> => {
  const newer = await linesOf(file);
  const first = timeOfLine(newer[0] ?? '');
  return first !== undefined && first <= fromMs
    ? newer
    : [...(await linesOf(olderFile(file))), ...newer];
};

const linesOf = async (file: string): Promise<readonly string[]> =>
  readFile(file, 'utf8').then(
    (text) => text.split('\n'),
    () => [],
  );

/** The time stands first in each line, so that a line outside a window need not be parsed whole. */
export const timeOfLine = (line: string): number | undefined => {
  const digits = /^\{"t":(\d+)/.exec(line)?.[1];
  return digits === undefined ? undefined : Number(digits);
};
