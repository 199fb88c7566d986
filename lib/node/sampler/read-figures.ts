import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NodeFigures } from '../../deployment/node-figures.ts';
import { nodePaths } from '../../deployment/node-paths.ts';
import { figuresBetween } from './figures-between.ts';
import { timeOfLine } from './sample.ts';

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

/** A sample a second: when none has come after this time, none comes. */
const WAIT_MS = 2500;
const POLL_MS = 100;

const lastTime = (lines: readonly string[]): number =>
  timeOfLine(lines.findLast((line) => timeOfLine(line) !== undefined) ?? '') ?? 0;

/** The samples of a window. Where it has only just ended it waits for the sample that closes it. */
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
 * What this node used between two moments, in milliseconds since 1970.
 * @returns undefined where the sampler did not run then
 */
export const readFigures = async (
  fromMs: number,
  toMs: number,
  file: string = nodePaths.samples,
): Promise<NodeFigures | undefined> =>
  figuresBetween(await readWindow(fromMs, toMs, file), fromMs, toMs);
