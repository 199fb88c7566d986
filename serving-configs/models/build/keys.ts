import { sha256Of } from '../built-folder.ts';
import type { Part } from './parts.ts';
import type { ToolName } from './tools.ts';

/** Counts up when the same recipe gives other bytes. */
const REVISION = 1;

/**
 * Of each part a hash of all that decides what it is: the weights, the recipe, and the scripts where it is made by one. A
 * part with another key than the recorded one is made again.
 * @param parts - What others are made from before these.
 * @param fileHash - Of a file below `serving-configs/`.
 */
export const keysOf = (
  parts: readonly Part[],
  weightsSha256: string,
  scriptHash: (tool: ToolName, handler?: string) => string,
  fileHash: (file: string) => string,
): ReadonlyMap<string, string> => {
  const keys = new Map<string, string>();
  for (const { path, recipe } of parts) {
    const facts = ((): readonly unknown[] => {
      switch (recipe.kind) {
        case 'onnx':
          return [weightsSha256, recipe.form];
        case 'text':
          return [recipe.text];
        case 'copy':
          return [keys.get(recipe.of)];
        case 'pack': {
          const { of, as, model, files } = recipe;
          const hashes = Object.entries(files).map(([inside, file]) => [inside, fileHash(file)]);
          return [keys.get(of), as, model, hashes];
        }
        case 'tool':
          return [recipe.tool, scriptHash(recipe.tool, recipe.handler), keys.get(recipe.from)];
        case 'elsewhere':
          return [];
        default:
          return recipe satisfies never;
      }
    })();
    keys.set(path, sha256Of(JSON.stringify([REVISION, recipe.kind, ...facts])));
  }
  return keys;
};
