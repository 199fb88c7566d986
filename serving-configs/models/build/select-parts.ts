import { UsageError } from '../../options/usage-error.ts';
import type { Part } from './parts.ts';

/** The part that another is made from. */
export const sourceOf = ({ recipe }: Part): string | undefined => {
  if (recipe.kind === 'copy' || recipe.kind === 'pack') return recipe.of;
  return recipe.kind === 'tool' ? recipe.from : undefined;
};

const SHOWN = 3;

/** What was meant, perhaps: parts with that text in their path. */
const nearestText = (parts: readonly Part[], name: string): string => {
  const like = parts.filter(({ path }) => path.toLowerCase().includes(name.toLowerCase()));
  if (like.length === 0) return '';
  const named = like.slice(0, SHOWN).map(({ path }) => path);
  return `is it ${named.join(' or ')}${like.length > SHOWN ? ', or another one' : ''}? `;
};

/**
 * The parts that are asked for and those that they are made from; all where none is asked for.
 * @param only - Targets of parts, or of folders above them.
 * @throws UsageError where a path is none of a part.
 */
export const selectParts = (parts: readonly Part[], only: readonly string[]): readonly Part[] => {
  if (only.length === 0) return parts;
  const wanted = new Set<string>();
  for (const name of only) {
    const found = parts.filter(({ path }) => path === name || path.startsWith(`${name}/`));
    if (found.length === 0) {
      throw new UsageError(
        `no part "${name}"`,
        `${nearestText(parts, name)}--list prints all of them; a folder stands for all in it`,
      );
    }
    for (const { path } of found) wanted.add(path);
  }
  // Sources come first in the list, so that one pass from its end finds all.
  for (const part of parts.toReversed()) {
    const source = sourceOf(part);
    if (wanted.has(part.path) && source !== undefined) wanted.add(source);
  }
  return parts.filter(({ path }) => wanted.has(path));
};
