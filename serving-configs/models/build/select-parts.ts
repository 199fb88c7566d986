import { ModelProblem } from '../model-problem.ts';
import type { Part } from './parts.ts';

/** The part that another is made from. */
export const sourceOf = ({ recipe }: Part): string | undefined => {
  if (recipe.kind === 'copy') return recipe.of;
  return recipe.kind === 'tool' ? recipe.from : undefined;
};

/**
 * The parts that are asked for and those that they are made from; all where none is asked for.
 * @param only - Paths of parts, or of folders above them.
 * @throws ModelProblem where a path is none of a part.
 */
export const selectParts = (parts: readonly Part[], only: readonly string[]): readonly Part[] => {
  if (only.length === 0) return parts;
  const wanted = new Set<string>();
  for (const name of only) {
    const found = parts.filter(({ path }) => path === name || path.startsWith(`${name}/`));
    if (found.length === 0) {
      throw new ModelProblem(
        `no part "${name}"`,
        `use one of ${parts.map(({ path }) => path).join(', ')}, or a folder of these`,
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
