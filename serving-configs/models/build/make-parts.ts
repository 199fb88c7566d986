import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { adaptOnnx } from '../onnx/adapt-onnx.ts';
import type { OnnxClassifier } from '../onnx/read-onnx.ts';
import { runProgram } from '../run-program.ts';
import { writePack } from './pack.ts';
import { areWhole, filesOf, linkFiles, putInPlace } from './part-files.ts';
import { type Part, sourceOf } from './parts.ts';
import {
  type BuildRecord,
  type MadePart,
  type MissingPart,
  readMadeParts,
  writeRecord,
} from './record.ts';
import { noteOf, toolCommand, type ToolPrograms, TOOLS } from './tools.ts';
import type { Weights } from './weights.ts';

/** The parts that cannot be built on this machine, and why. */
const missingParts = (
  parts: readonly Part[],
  isMade: (name: string) => boolean,
): readonly MissingPart[] =>
  parts.flatMap((part) => {
    const { path: name, what, recipe } = part;
    if (isMade(name)) return [];
    if (recipe.kind === 'tool') {
      const { reason, option } = TOOLS[recipe.tool];
      return [{ path: name, what, reason: `${reason}: --${option}` }];
    }
    const source = sourceOf(part);
    return source !== undefined && !isMade(source)
      ? [{ path: name, what, reason: `is built from ${source}, which is missing` }]
      : [];
  });

export interface Build {
  readonly output: string;
  readonly weights: Weights;
  /** All parts. Sources come first. */
  readonly parts: readonly Part[];
  /** The parts to build; the others stay unchanged. */
  readonly selected: readonly Part[];
  readonly keys: ReadonlyMap<string, string>;
  /** The available programs. */
  readonly programs: ToolPrograms;
  /** The folder of the tools' scripts. */
  readonly scripts: string;
  readonly report: (event: 'made' | 'kept' | 'removed', path: string) => void;
}

const UNFINISHED_FOLDER = '.unfinished';
/** Unfinished parts of this age belong to killed runs: the longest step, a TensorRT plan, takes minutes. */
const ABANDONED_MS = 60 * 60_000;

/** Removes unfinished parts of killed runs. */
const sweep = async (folder: string): Promise<void> => {
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) {
    const left = path.join(folder, name);
    const { mtimeMs } = await stat(left).catch(() => ({ mtimeMs: Infinity }));
    if (Date.now() - mtimeMs > ABANDONED_MS) await rm(left, { recursive: true, force: true });
  }
};

/** The program that built a part, from the note that its script writes beside it. */
const makerIn = async (file: string): Promise<string> =>
  String((JSON.parse(await readFile(file, 'utf8')) as { readonly by?: unknown }).by);

/** Whether the source and the tool of a part are available. */
const canMake = (
  part: Part,
  made: ReadonlyMap<string, MadePart>,
  programs: ToolPrograms,
): boolean => {
  const source = sourceOf(part);
  const { recipe } = part;
  return (
    (source === undefined || made.has(source)) &&
    (recipe.kind !== 'tool' || programs[recipe.tool] !== undefined)
  );
};

type MadeParts = Map<string, MadePart>;

const keyOf = ({ keys }: Build, part: string): string => keys.get(part) ?? '';

const recordOf = ({ weights, parts }: Build, made: MadeParts): BuildRecord => {
  const { name, title, trained, sha256 } = weights;
  return {
    weights: { name, title, trained, sha256 },
    parts: parts.flatMap((part) => made.get(part.path) ?? []),
    notMade: missingParts(parts, (part) => made.has(part)),
  };
};

/** Creates a function that builds a part at a path, and returns the tool that built it, if it was one. */
const createMaker = (build: Build, made: MadeParts) => {
  const { output, weights, programs, scripts } = build;
  let classifier: Promise<OnnxClassifier> | undefined;

  const runTool = async (
    name: string,
    recipe: Extract<Part['recipe'], { readonly kind: 'tool' }>,
    target: string,
  ): Promise<string> => {
    const from = path.join(output, recipe.of);
    const args = { ...recipe, from, to: target, key: keyOf(build, name) };
    const { program = '', within = [] } = (await programs[recipe.tool]?.()) ?? {};
    const words = toolCommand(recipe.tool, program, scripts, args);
    const [command = '', ...rest] = [...within, ...words];
    await runProgram(command, rest, `${recipe.tool} ${TOOLS[recipe.tool].reason}`);
    return makerIn(noteOf(target));
  };

  return async ({ path: name, recipe }: Part, target: string): Promise<string | undefined> => {
    switch (recipe.kind) {
      case 'onnx':
        classifier ??= weights.read();
        await writeFile(target, adaptOnnx(await classifier, recipe.form));
        return undefined;
      case 'text':
        await writeFile(target, recipe.text);
        return undefined;
      case 'copy': {
        const { files = [], by } = made.get(recipe.of) ?? {};
        await linkFiles(output, files, recipe.of, target);
        return by;
      }
      case 'pack':
        await writePack(target, recipe, path.join(output, recipe.of), path.join(scripts, '..'));
        return made.get(recipe.of)?.by;
      case 'tool':
        return runTool(name, recipe, target);
      default:
        return recipe satisfies never;
    }
  };
};

/** Removes parts whose weights, recipe or scripts have changed. */
const removeOutdated = async (build: Build, made: MadeParts): Promise<void> => {
  for (const { path: name, key } of made.values()) {
    if (key === keyOf(build, name)) continue;
    made.delete(name);
    await rm(path.join(build.output, name), { recursive: true, force: true });
    build.report('removed', name);
  }
};

/**
 * Builds the selected parts that are not up to date. First removes outdated parts. Each part is built aside, moved to its place and then
 * recorded, so that an interrupted run leaves nothing that counts as done.
 * @throws UsageError if a tool fails. Parts that were built before stay recorded.
 */
export const makeParts = async (build: Build): Promise<BuildRecord> => {
  const { output, weights, selected, programs, report } = build;
  const unfinished = path.join(output, UNFINISHED_FOLDER);
  await sweep(unfinished);
  const made: MadeParts = new Map((await readMadeParts(output)).map((part) => [part.path, part]));
  const makePart = createMaker(build, made);

  const makeAside = async (part: Part): Promise<void> => {
    const { path: name, what, recipe } = part;
    const aside = path.join(unfinished, randomUUID());
    await mkdir(aside);
    try {
      const target = path.join(aside, path.basename(name));
      const by = await makePart(part, target);
      await putInPlace(target, output, name);
      const origin = recipe.kind === 'onnx' ? weights.title : 'the manifest of the serving';
      made.set(name, {
        path: name,
        what,
        madeFrom: sourceOf(part) ?? origin,
        by,
        key: keyOf(build, name),
        files: await filesOf(output, name),
      });
      await writeRecord(output, recordOf(build, made), unfinished);
    } finally {
      await rm(aside, { recursive: true, force: true });
    }
  };

  await removeOutdated(build, made);
  for (const part of selected) {
    const { path: name } = part;
    const known = made.get(name);
    if (known !== undefined && (await areWhole(output, known.files))) {
      report('kept', name);
      continue;
    }
    made.delete(name);
    if (!canMake(part, made, programs)) continue;
    await makeAside(part);
    report('made', name);
  }
  const record = recordOf(build, made);
  await writeRecord(output, record, unfinished);
  // The folder is not empty if another run is using it.
  await rmdir(unfinished).catch(() => undefined);
  return record;
};
