import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { platformOf, servingNames } from '../../index.ts';
import { factsOf, filesFolder, isPossible } from './venv-facts.ts';
import { listsOf } from './requirements.ts';

/** Joins the `.in` list of an environment with the `requirements.in` of its platforms. */
export const wantedPackages = async (environment: string): Promise<string> => {
  const files = new Set([`${listsOf(environment)}.in`]);
  for (const serving of servingNames.toSorted((a, b) =>
    platformOf(a).localeCompare(platformOf(b)),
  )) {
    const facts = factsOf(serving);
    if (isPossible(facts) && facts.environment === environment) {
      files.add(path.join(filesFolder(serving), 'requirements.in'));
    }
  }
  const texts = await Promise.all([...files].map((file) => readFile(file, 'utf8').catch(() => '')));
  return texts.join('');
};
