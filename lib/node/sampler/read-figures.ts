import { setTimeout as sleep } from 'node:timers/promises';
import type { MemoryUse, NodeFigures } from '../../deployment/node-figures.ts';
import { nodePaths } from '../../deployment/node-paths.ts';
import { figuresBetween } from './figures-between.ts';
import { memoryIn } from './memory-in.ts';
import { readSampleLines, timeOfLine } from './samples-file.ts';

/** A sample a second: when none has come after this time, none comes. */
const WAIT_MS = 2500;
const POLL_MS = 100;

const lastTime = (lines: readonly string[]): number =>
  timeOfLine(lines.findLast((line) => timeOfLine(line) !== undefined) ?? '') ?? 0;

/** Where the window has only just ended it waits for the sample that closes it. */
const readWindow = async (
  fromMs: number,
  toMs: number,
  file: string,
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

/** The memory of this node at the ends of equal parts of a window. */
export const readMemory = async (
  fromMs: number,
  toMs: number,
  parts: number,
  file: string = nodePaths.samples,
): Promise<readonly MemoryUse[]> =>
  memoryIn(await readWindow(fromMs, toMs, file), fromMs, toMs, parts);
