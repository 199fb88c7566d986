import path from 'node:path';
import { buildBundle, buildModels } from './bundle.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const cache = path.join(root, '.cache/archives');

/**
 * Builds an archive and prints its path as the only line on stdout. `cdk` calls this when it publishes assets.
 *
 * @param args `bundle`, or `models FOLDER`
 */
export const main = async (args: readonly string[]): Promise<void> => {
  const [what, folder] = args;
  if (what === 'bundle' && folder === undefined) {
    process.stdout.write(`${await buildBundle({ root, cache })}\n`);
  } else if (what === 'models' && folder !== undefined) {
    process.stdout.write(`${await buildModels(path.resolve(folder), cache)}\n`);
  } else {
    throw new Error('give "bundle", or "models" and a folder');
  }
};
