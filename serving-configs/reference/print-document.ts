import { fail } from '../options/program.ts';

/** Computes a JSON document from the command line and prints it. The process ends with its parent. */
export const printDocument = (compute: (args: readonly string[]) => Promise<object>): void => {
  // The IPC channel closes when the parent ends. Nobody needs the document then.
  process.once('disconnect', () => process.exit(1));
  // Otherwise the channel would keep the process alive when its work is done.
  process.channel?.unref();
  const run = async (): Promise<void> => {
    process.stdout.write(`${JSON.stringify(await compute(process.argv.slice(2)))}\n`);
  };
  run().catch(fail);
};
