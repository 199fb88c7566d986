/**
 * Prints which servings can run from packages on this machine, as one JSON document:
 * `node serving-configs/runtimes/venv/list.ts`.
 */
import { servingNames } from '../../index.ts';
import { fail } from '../../options/program.ts';
import { describeServing, type ServingEntry } from './describe-serving.ts';
import { readListOptions } from './options.ts';

const run = async (): Promise<void> => {
  const { cacheFolder, tensors } = readListOptions(process.argv.slice(2));
  const servings: ServingEntry[] = [];
  for (const serving of servingNames) {
    servings.push(await describeServing(serving, cacheFolder, tensors));
  }
  process.stdout.write(`${JSON.stringify({ servings }, null, 2)}\n`);
};

run().catch(fail);
