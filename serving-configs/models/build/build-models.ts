import { readFileSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { UsageError } from '../../options/usage-error.ts';
import { sha256Of, withUnfinishedFolder } from '../built-folder.ts';
import type { BuiltModel } from '../model.ts';
import type { OnnxClassifier } from '../onnx/read-onnx.ts';
import { makePart } from './make-part.ts';
import { areWhole, filesOf } from './part-files.ts';
import { type ModelPart, sourceOf } from './parts.ts';
import { type MadePart, readRecord, RECORD_FILE, writeRecord } from './record.ts';
import { SERVING_CONFIGS, toolFiles, type ToolPrograms, TOOLS } from './tools.ts';
import { readWeights, type Weights } from './weights.ts';

/** Increase this when the same recipe gives different bytes. */
const REVISION = 3;

/** The files that a part is built from, besides its source. */
export const inputFilesOf = ({ recipe }: ModelPart): readonly string[] => {
  if (recipe.kind === 'tool') return toolFiles(recipe);
  if (recipe.kind !== 'pack') return [];
  return Object.values(recipe.files).map((file) => path.join(SERVING_CONFIGS, file));
};

/**
 * Hashes everything that determines the content of each part: the preprocessing, the weights, the recipe, and the files that it is built
 * from. A part is built again if its key differs from the recorded one.
 * @param parts - Sources must come before the parts that are built from them.
 */
export const keysOf = (
  parts: readonly ModelPart[],
  { images }: Pick<BuiltModel, 'images'>,
  weightsSha256: string,
): ReadonlyMap<string, string> => {
  const keys = new Map<string, string>();
  for (const part of parts) {
    const { path: name, recipe } = part;
    const source = recipe.kind === 'onnx' ? weightsSha256 : keys.get(sourceOf(part) ?? '');
    const files = inputFilesOf(part).map((file) => sha256Of(readFileSync(file)));
    keys.set(name, sha256Of(JSON.stringify([REVISION, images, recipe, source, files])));
  }
  return keys;
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
  const made = (await readRecord(output))?.weights;
  if (made === undefined || made.sha256 === sha256) return;
  throw new UsageError(
    `${output} was built from other weights: ${made.title}, and these are ${title}`,
    'give another --output, or remove that folder',
  );
};

/** A part that cannot be built on this machine. */
interface MissingPart {
  readonly path: string;
  readonly reason: string;
}

interface BuildRequest {
  readonly model: BuiltModel;
  readonly output: string;
  readonly weights: Weights;
  /** All parts. Sources come first. */
  readonly parts: readonly ModelPart[];
  /** The parts to build; the others stay unchanged. */
  readonly selected: readonly ModelPart[];
  /** The available programs. */
  readonly programs: ToolPrograms;
  readonly report: (event: 'made' | 'kept' | 'removed', path: string) => void;
}

/** Why a part cannot be built; undefined if it can. */
const reasonAgainst = (
  part: ModelPart,
  made: ReadonlyMap<string, MadePart>,
  programs: ToolPrograms,
): string | undefined => {
  const { recipe } = part;
  if (recipe.kind === 'tool' && programs[recipe.tool] === undefined) {
    const { reason, option } = TOOLS[recipe.tool];
    return `${reason}: --${option}`;
  }
  const source = sourceOf(part);
  return source === undefined || made.has(source)
    ? undefined
    : `is built from ${source}, which is missing`;
};

/**
 * Builds the selected parts that are not up to date. First removes the parts whose weights, recipe or files have changed. Each part is
 * built aside, moved to its path and then recorded, so that an interrupted run leaves nothing that counts as done.
 * @returns the selected parts that cannot be built on this machine.
 * @throws UsageError if the weights cannot be read, or a tool fails. Parts that were built before stay recorded.
 */
export const buildModels = (request: BuildRequest): Promise<readonly MissingPart[]> =>
  withUnfinishedFolder(path.join(request.output, RECORD_FILE), async (aside) => {
    const { model, output, weights, parts, selected, programs, report } = request;
    // The users of containers must be able to read the models, whatever the user's mask is.
    process.umask(0o022);
    const { file: _, ...recordedWeights } = weights;
    const keys = keysOf(parts, model, weights.sha256);
    const recorded = (await readRecord(output))?.parts ?? [];
    const made = new Map(recorded.map((part) => [part.path, part]));
    let classifier: Promise<OnnxClassifier> | undefined;
    const readClassifier = () => (classifier ??= readWeights(weights, model.labels.names.length));

    const record = (): Promise<void> => {
      const madeParts = parts.flatMap((part) => made.get(part.path) ?? []);
      return writeRecord(output, { weights: recordedWeights, parts: madeParts }, aside);
    };
    const make = async (part: ModelPart): Promise<void> => {
      const { path: name, what, recipe } = part;
      const target = path.join(aside, path.basename(name));
      const by = await makePart(part, { model, output, programs, readClassifier }, target);
      const madePath = path.join(output, name);
      await rm(madePath, { recursive: true, force: true });
      await mkdir(path.dirname(madePath), { recursive: true });
      await rename(target, madePath);
      const source = sourceOf(part);
      const origin = recipe.kind === 'onnx' ? weights.title : 'the manifest of the serving';
      made.set(name, {
        path: name,
        what,
        madeFrom: source ?? origin,
        by: by ?? made.get(source ?? '')?.by,
        key: keys.get(name) ?? '',
        files: await filesOf(output, name),
      });
      await record();
    };

    for (const { path: name, key } of recorded) {
      if (key === keys.get(name)) continue;
      made.delete(name);
      await rm(path.join(output, name), { recursive: true, force: true });
      report('removed', name);
    }
    const missing: MissingPart[] = [];
    for (const part of selected) {
      const { path: name } = part;
      if (await areWhole(output, made.get(name)?.files ?? [])) {
        report('kept', name);
        continue;
      }
      made.delete(name);
      const reason = reasonAgainst(part, made, programs);
      if (reason === undefined) {
        await make(part);
        report('made', name);
      } else {
        missing.push({ path: name, reason });
      }
    }
    await record();
    return missing;
  });
