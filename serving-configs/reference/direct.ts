/**
 * Computes the answers to a folder of images without any protocol, for the check of the answers that come through one:
 * `node serving-configs/reference/direct.ts --images DIR --targets '[{"serving":"…","payload":"tensor"}]'`.
 * Prints one JSON document.
 */
import './onnx/no-telemetry.ts';
import { computeDirect, readDirectOptions } from './direct-answers.ts';
import { fail } from '../options/program.ts';

const run = async (): Promise<void> => {
  const document = await computeDirect(readDirectOptions(process.argv.slice(2)));
  process.stdout.write(`${JSON.stringify(document)}\n`);
};

// The channel ends with the parent, which then needs no answer.
process.once('disconnect', () => process.exit(1));
// The listener alone would keep the process alive when its work is done.
process.channel?.unref();

run().catch(fail);
