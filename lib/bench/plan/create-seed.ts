import { randomInt } from 'node:crypto';

/** A seed that nobody chose: a whole number below 2³¹, short enough to be typed again. */
export const createSeed = (): number => randomInt(1, 1_000_000);
