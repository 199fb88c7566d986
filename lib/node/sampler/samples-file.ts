import { open } from 'node:fs/promises';

/** More than a sample with every figure takes. */
const MOST_LINE_BYTES = 600;
/** So far before a moment its last sample may lie. */
const SLACK_SECONDS = 10;

/** The end of the file with all lines since a moment, and some before it; none where there is no file. */
export const readSampleLines = async (file: string, fromMs: number): Promise<readonly string[]> => {
  const handle = await open(file).catch(() => undefined);
  if (handle === undefined) return [];
  try {
    const { size } = await handle.stat();
    const seconds = (Date.now() - fromMs) / 1000 + SLACK_SECONDS;
    const bytes = Math.min(size, Math.ceil(seconds * MOST_LINE_BYTES));
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, size - bytes);
    return buffer.toString('utf8', 0, bytesRead).split('\n');
  } finally {
    await handle.close();
  }
};

/** The time stands first in each line, so that a line outside a window need not be parsed whole. */
export const timeOfLine = (line: string): number | undefined => {
  const digits = /^\{"t":(\d+)/.exec(line)?.[1];
  return digits === undefined ? undefined : Number(digits);
};
