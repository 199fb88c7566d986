import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { VenvFacts } from '../../manifest.ts';
import { withoutUnset } from '../../settings.ts';

/** Values of the placeholders `{name}` in a manifest and in the files that it names; start-platform.ts lists them. */
export type PlaceholderValues = Readonly<Record<string, string>>;

/** Replaces placeholders. Braces around other text stay, as in JSON. */
export const fillIn = (text: string, values: PlaceholderValues): string =>
  text.replaceAll(/\{([a-zA-Z:]+)\}/g, (placeholder, name: string) => values[name] ?? placeholder);

/** Fills in texts, and leaves out those with the placeholder of a setting that is not set. */
export const fillInAll = (texts: readonly string[], values: PlaceholderValues): readonly string[] =>
  withoutUnset(texts, values).map((text) => fillIn(text, values));

/** Fills in the lines of a file, without those of settings that are not set. */
export const fillInLines = (text: string, values: PlaceholderValues): string =>
  fillInAll(text.split('\n'), values).join('\n');

/**
 * Copies files and fills in the placeholders in their paths and contents.
 * @param files - Source paths by target path.
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
    await writeFile(file, fillInLines(text, values));
  }
};
