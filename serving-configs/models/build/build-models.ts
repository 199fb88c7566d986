import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ownManifestOf, platformOf, servingNames } from '../../index.ts';
import type { Accelerator } from '../../manifest.ts';
import { UsageError } from '../../options/usage-error.ts';
import { sha256Of } from '../built-folder.ts';
import { classifierInputs } from '../input/classifier.ts';
import { type Build, makeParts } from './make-parts.ts';
import { type Part, partsFor, sourceOf } from './parts.ts';
import { type MissingPart, readMadeWeights } from './record.ts';
import { scriptFiles, type ToolName } from './tools.ts';
import type { Weights } from './weights.ts';

/** Counts up when the same recipe gives other bytes. */
const REVISION = 2;

/**
 * Of each part a hash of all that decides what it is: the weights, the recipe, and the files that it is made by or that it
 * holds. A part with another key than the recorded one is made again.
 * @param parts - What others are made of before these.
 * @param fileHash - Of a file below `serving-configs/`.
 */
export const keysOf = (
  parts: readonly Part[],
  weightsSha256: string,
  scriptHash: (tool: ToolName, handler?: string) => string,
  fileHash: (file: string) => string,
): ReadonlyMap<string, string> => {
  const keys = new Map<string, string>();
  for (const part of parts) {
    const { path, recipe } = part;
    const madeOf = recipe.kind === 'onnx' ? weightsSha256 : keys.get(sourceOf(part) ?? '');
    const script = recipe.kind === 'tool' ? scriptHash(recipe.tool, recipe.handler) : '';
    const files = recipe.kind === 'pack' ? Object.values(recipe.files).map(fileHash) : [];
    keys.set(
      path,
      sha256Of(JSON.stringify([REVISION, classifierInputs, recipe, madeOf, script, files])),
    );
  }
  return keys;
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
        '--list prints all of them; a folder stands for all in it',
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

/**
 * Makes sure that a folder holds nothing made of other weights: all of it would be removed, and a deployment that mounts it
 * would serve another model.
 * @throws UsageError where it does.
 */
export const assertSameWeights = async (
  output: string,
  { title, sha256 }: Pick<Weights, 'title' | 'sha256'>,
): Promise<void> => {
  const made = await readMadeWeights(output);
  if (made === undefined || made.sha256 === sha256) return;
  throw new UsageError(
    `${output} was built from other weights: ${made.title}, and these are ${title}`,
    'give another --output, or remove that folder',
  );
};

const SCRIPTS = resolve(import.meta.dirname, '..');

/** All parts that the servings want, on a CPU or on a GPU; what others are made from first. */
export const allParts = (accelerator: Accelerator): readonly Part[] =>
  partsFor(
    servingNames.map((serving) => ({
      platform: platformOf(serving),
      manifest: ownManifestOf(serving),
    })),
    accelerator,
  );

type ModelsRequest = Pick<
  Build,
  'output' | 'weights' | 'parts' | 'selected' | 'programs' | 'report'
>;

/**
 * Makes what is selected of the parts and not up to date.
 * @returns Those of the selected that cannot be made here.
 * @throws UsageError where a tool fails; what was made before stays.
 */
export const buildModels = async (request: ModelsRequest): Promise<readonly MissingPart[]> => {
  const { output, weights, parts, selected } = request;
  await mkdir(output, { recursive: true });
  const { notMade } = await makeParts({
    ...request,
    keys: keysOf(
      parts,
      weights.sha256,
      (tool, handler) =>
        sha256Of(
          scriptFiles(tool, handler)
            .map((file) => readFileSync(file, 'utf8'))
            .join('\0'),
        ),
      (file) => sha256Of(readFileSync(join(SCRIPTS, '..', file))),
    ),
    scripts: SCRIPTS,
  });
  const wanted = new Set(selected.map(({ path: name }) => name));
  return notMade.filter(({ path: name }) => wanted.has(name));
};
