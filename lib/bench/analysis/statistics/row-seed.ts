import { createHash } from 'node:crypto';

/** A seed of its own for each row of a run, the same whenever the same run is summarised; a 32-bit integer. */
export const rowSeed = (runSeed: number, row: string): number =>
  createHash('sha256').update(`${runSeed}/${row}`).digest().readInt32LE();
