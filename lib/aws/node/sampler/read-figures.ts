import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NodeFigures } from '../../contract/node-figures.ts';
import { nodePaths } from '../../contract/node-paths.ts';
import { figuresBetween } from './figures-between.ts';
import { timeOfLine } from './sample.ts';

/** No line of the samples file is longer. */
const MAX_LINE_BYTES = 700;
/** How much more is read, so that it includes the last sample before the window. */
const SLACK_SECONDS = 10;

/**
 * Reads the end of the samples file: all lines since a time in milliseconds since 1970, and some before it. Returns no lines
 * if there is no file.
 */
export const readSampleLines = async (file: string, fromMs: number): Promise<readonly string[]> => {
  const handle = await open(file).catch(() => undefined);
  if (handle === undefined) return [];
  try {
    const { size } = await handle.stat();
    const seconds = (Date.now() - fromMs) / 1000 + SLACK_SECONDS;
    const bytes = Math.min(size, Math.ceil(seconds * MAX_LINE_BYTES));
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, size - bytes);
    return buffer.toString('utf8', 0, bytesRead).split('\n');
  } finally {
    await handle.close();
  }
};

/** Samples come every second, so after this time none will come. */
const WAIT_MS = 2500;
const POLL_MS = 100;

const lastTime = (lines: readonly string[]): number =>
  timeOfLine(lines.findLast((line) => timeOfLine(line) !== undefined) ?? '') ?? 0;

/** Reads the samples of a window. If it has just ended, waits for the first sample after it. */
export const readWindow = async (
  fromMs: number,
  toMs: number,
  file: string = nodePaths.samples,
): Promise<readonly string[]> => {
  let lines = await readSampleLines(file, fromMs);
  while (lastTime(lines) < toMs && Date.now() < toMs + WAIT_MS) {
    await sleep(POLL_MS);
    lines = await readSampleLines(file, fromMs);
  }
  return lines;
};

/**
 * Reads what this node used in a window, whose edges are in milliseconds since 1970.
 *
 * @returns undefined if the sampler did not run at that time
 */
export const readFigures = async (
  fromMs: number,
  toMs: number,
  file: string = nodePaths.samples,
): Promise<NodeFigures | undefined> =>
  figuresBetween(await readWindow(fromMs, toMs, file), fromMs, toMs);
