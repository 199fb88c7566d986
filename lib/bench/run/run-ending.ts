import { BenchError } from '../model/errors.ts';

/** Errors that no measurement is to blame for and that the next measurement would not escape. */
const RUN_ENDING_CODES = /^BENCH_(AWS|SERVING_NODE_LOST$|NO_DOCUMENT$|NO_DOCKER$)/;

/** Whether a run cannot go on after an error. */
export const isRunEnding = (error: unknown): boolean =>
  error instanceof BenchError && RUN_ENDING_CODES.test(error.code);
