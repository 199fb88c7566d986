import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fillIn, type PlaceholderValues } from './placeholders.ts';
import type { VenvFacts } from './venv-facts.ts';

/** Writes the files that a platform has filled in, into the folder of the run; placeholders in their paths count too. */
export const writeFiles = async (
  files: VenvFacts['files'],
  values: PlaceholderValues,
): Promise<void> => {
  for (const [target, source] of Object.entries(files ?? {})) {
    const file = path.join(values.work, fillIn(target, values));
    const text = await readFile(path.join(values.here, source), 'utf8');
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, fillIn(text, values));
  }
};
