import { fail } from '../options/program.ts';

/** Runs a program that computes one JSON document and prints it; it ends with its parent. */
export const printDocument = (compute: (args: readonly string[]) => Promise<object>): void => {
  // The channel ends with the parent, which then needs no answer.
  process.once('disconnect', () => process.exit(1));
  // The listener alone would keep the process alive when its work is done.
  process.channel?.unref();
  // Async, so that what it throws at once is no other case.
  const run = async (): Promise<void> => {
    process.stdout.write(`${JSON.stringify(await compute(process.argv.slice(2)))}\n`);
  };
  run().catch(fail);
};
