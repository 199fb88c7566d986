import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { VenvFacts } from '../../manifest.ts';

/** What `{name}` stands for in the texts of a platform's facts and in the files that it has written; see `startPlatform`. */
export type PlaceholderValues = Readonly<Record<string, string>>;

/** Fills in a text. Braces around anything else are left alone, as JSON has them. */
export const fillIn = (text: string, values: PlaceholderValues): string =>
  text.replaceAll(/\{([a-zA-Z:]+)\}/g, (all, name: string) => values[name] ?? all);

/**
 * Writes the files that a platform has filled in; placeholders in their paths count too.
 * @param from - The folder that they are from.
 * @param to - The folder of the run.
 */
export const writeFiles = async (
  files: VenvFacts['files'],
  from: string,
  to: string,
  values: PlaceholderValues,
): Promise<void> => {
  for (const [target, source] of Object.entries(files ?? {})) {
    const file = path.join(to, fillIn(target, values));
    const text = await readFile(path.join(from, source), 'utf8');
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, fillIn(text, values));
  }
};
