import type { Part } from './parts.ts';
import type { MissingPart } from './record.ts';
import { toolCommand, TOOLS } from './tools.ts';

const shellWord = (word: string): string =>
  /^[\w./:=-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;

/**
 * The parts that we cannot make, with what does.
 * @param scripts - The folder of the tools' scripts, as seen from the output folder.
 */
export const missingParts = (
  parts: readonly Part[],
  isMade: (path: string) => boolean,
  keys: ReadonlyMap<string, string>,
  scripts: string,
): readonly MissingPart[] => {
  const missing = new Map<string, MissingPart>();
  for (const { path, what, recipe } of parts) {
    if (isMade(path)) continue;
    const add = (reason: string, command: string): void => {
      missing.set(path, { path, what, reason, command });
    };
    if (recipe.kind === 'elsewhere') add(recipe.reason, recipe.command);
    if (recipe.kind === 'copy' || recipe.kind === 'pack') {
      // Sources come first in the list.
      const source = missing.get(recipe.of);
      const does = recipe.kind === 'copy' ? 'is a copy of' : 'holds';
      if (source !== undefined) add(`${does} ${recipe.of}, which is not there`, source.command);
    }
    if (recipe.kind === 'tool') {
      const { program, reason } = TOOLS[recipe.tool];
      const command = toolCommand(recipe.tool, program, scripts, {
        ...recipe,
        to: path,
        key: keys.get(path) ?? '',
      });
      add(reason, command.map(shellWord).join(' '));
    }
  }
  return [...missing.values()];
};
