import { createHash, randomInt } from 'node:crypto';

const MOST = 1_000_000;

/** A seed that nobody chose: a whole number below 2³¹, short enough to be typed again. */
export const createSeed = (): number => randomInt(1, MOST);

/** The seed that every machine draws from the same text: a whole number below 2³¹. */
export const seedFrom = (text: string): number =>
  1 + (createHash('sha256').update(text).digest().readUInt32BE() % (MOST - 1));
