/**
 * Computes the answers to a folder of pictures without any protocol, for the check of the answers that come through one:
 * `node --import tsx serving-configs/reference/direct.ts --images DIR --targets '[{"serving":"…","payload":"tensor"}]'`.
 * Prints one JSON document.
 */
import { computeDirect, readDirectOptions } from './direct-answers.ts';
import { UsageError } from './usage-error.ts';

const run = async (): Promise<void> => {
  const document = await computeDirect(readDirectOptions(process.argv.slice(2)));
  process.stdout.write(`${JSON.stringify(document)}\n`);
};

run().catch((error: unknown) => {
  if (error instanceof UsageError) {
    process.stderr.write(`error: ${error.message}\nhint:  ${error.hint}\n`);
    process.exitCode = 2;
    return;
  }
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
