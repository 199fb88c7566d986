import { setTimeout as sleep } from 'node:timers/promises';
import type { NodeFigures } from '../../deployment/node-figures.ts';
import { nodePaths } from '../../deployment/node-paths.ts';
import { figuresBetween } from './figures-between.ts';
import { readSampleLines, timeOfLine } from './samples-file.ts';

/** A sample a second: when none has come after this time, none comes. */
const WAIT_MS = 2500;
const POLL_MS = 100;

const lastTime = (lines: readonly string[]): number =>
  timeOfLine(lines.findLast((line) => timeOfLine(line) !== undefined) ?? '') ?? 0;

/**
 * What this node used between two moments, in milliseconds since 1970. Where the window has only just ended it waits for
 * the sample that closes it.
 * @returns undefined where the sampler did not run then
 */
export const readFigures = async (
  fromMs: number,
  toMs: number,
  file: string = nodePaths.samples,
): Promise<NodeFigures | undefined> => {
  let lines = await readSampleLines(file, fromMs);
  while (lastTime(lines) < toMs && Date.now() < toMs + WAIT_MS) {
    await sleep(POLL_MS);
    lines = await readSampleLines(file, fromMs);
  }
  return figuresBetween(lines, fromMs, toMs);
};
