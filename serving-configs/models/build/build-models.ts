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

/** Increase this when the same recipe gives different bytes. */
const REVISION = 2;

/**
 * Hashes everything that determines the content of each part: the weights, the recipe, and the scripts and files that it is built from.
 * A part is built again if its key differs from the recorded one.
 * @param parts - Sources must come before the parts that are built from them.
 * @param fileHash - Hashes a file below `serving-configs/`.
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
    const source = recipe.kind === 'onnx' ? weightsSha256 : keys.get(sourceOf(part) ?? '');
    const script = recipe.kind === 'tool' ? scriptHash(recipe.tool, recipe.handler) : '';
    const files = recipe.kind === 'pack' ? Object.values(recipe.files).map(fileHash) : [];
    keys.set(
      path,
      sha256Of(JSON.stringify([REVISION, classifierInputs, recipe, source, script, files])),
    );
  }
  return keys;
};

/**
 * Selects parts with their sources.
 * @param only - Paths of parts, or of folders that contain parts. Empty selects all parts.
 * @throws UsageError if there is no part at a path.
 */
export const selectParts = (parts: readonly Part[], only: readonly string[]): readonly Part[] => {
  if (only.length === 0) return parts;
  const wanted = new Set<string>();
  for (const name of only) {
    const found = parts.filter(({ path }) => path === name || path.startsWith(`${name}/`));
    if (found.length === 0) {
      throw new UsageError(
        `no part "${name}"`,
        '--list prints all parts; a folder selects all parts in it',
      );
    }
    for (const { path } of found) wanted.add(path);
  }
  // Sources come first in the list, so one pass from its end finds all of them.
  for (const part of parts.toReversed()) {
    const source = sourceOf(part);
    if (wanted.has(part.path) && source !== undefined) wanted.add(source);
  }
  return parts.filter(({ path }) => wanted.has(path));
};

/**
 * Asserts that a folder contains nothing built from other weights. Otherwise its parts would be removed, and a deployment that mounts
 * the folder would serve another model.
 * @throws UsageError if it does.
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

/** All parts that the servings read on a CPU or a GPU. Sources come first. */
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
 * Builds the selected parts that are not up to date.
 * @returns the selected parts that cannot be built on this machine.
 * @throws UsageError if a tool fails. Parts that were built before stay.
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
