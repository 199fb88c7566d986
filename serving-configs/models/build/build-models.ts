import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { manifestOf, platformOf, servingNames } from '../../index.ts';
import type { Accelerator } from '../../manifest.ts';
import { sha256Of } from '../built-folder.ts';
import { keysOf } from './keys.ts';
import { makeParts, type Build } from './make-parts.ts';
import { partsFor, type Part } from './parts.ts';
import type { MissingPart } from './record.ts';
import { scriptFiles } from './tools.ts';

const SCRIPTS = path.resolve(import.meta.dirname, '..');

/** All parts that the servings want, on a CPU or on a GPU; what others are made from first. */
export const allParts = (accelerator: Accelerator): readonly Part[] =>
  partsFor(
    servingNames.map((serving) => ({
      platform: platformOf(serving),
      manifest: manifestOf(serving),
    })),
    accelerator,
  );

export type ModelsRequest = Pick<
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
      (file) => sha256Of(readFileSync(path.join(SCRIPTS, '..', file))),
    ),
    scripts: SCRIPTS,
  });
  const wanted = new Set(selected.map(({ path: name }) => name));
  return notMade.filter(({ path: name }) => wanted.has(name));
};
