import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { VenvFacts } from '../../manifest.ts';

/** Values of the placeholders `{name}` in a manifest and in the files that it names; start-platform.ts lists them. */
export type PlaceholderValues = Readonly<Record<string, string>>;

/** Replaces placeholders. Braces around other text stay, as in JSON. */
export const fillIn = (text: string, values: PlaceholderValues): string =>
  text.replaceAll(/\{([a-zA-Z:]+)\}/g, (placeholder, name: string) => values[name] ?? placeholder);

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
    await writeFile(file, fillIn(text, values));
  }
};
