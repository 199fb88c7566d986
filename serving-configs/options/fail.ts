import { UsageError } from './usage-error.ts';

/** Ends the process: with 2 and a remedy where its user can fix what is wrong, else with 1 and the stack. */
export const fail = (error: unknown): never => {
  if (error instanceof UsageError) {
    process.stderr.write(`error: ${error.message}\nhint:  ${error.hint}\n`);
    process.exit(2);
  }
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
};
