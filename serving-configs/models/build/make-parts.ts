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

/** The parts that cannot be made here, and why. */
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
  /** All that there are, what others are made from first. */
  readonly parts: readonly Part[];
  /** What this run makes; the others stay as they are. */
  readonly selected: readonly Part[];
  readonly keys: ReadonlyMap<string, string>;
  /** The programs that are here. */
  readonly programs: ToolPrograms;
  /** The folder of the tools' scripts. */
  readonly scripts: string;
  readonly report: (event: 'made' | 'kept' | 'removed', path: string) => void;
}

const UNFINISHED_FOLDER = '.unfinished';
/** The longest step, a TensorRT plan, takes minutes; what is unfinished after this time was killed. */
const ABANDONED_MS = 60 * 60_000;

/** Removes what killed runs left behind. */
const sweep = async (folder: string): Promise<void> => {
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) {
    const left = path.join(folder, name);
    const { mtimeMs } = await stat(left).catch(() => ({ mtimeMs: Infinity }));
    if (Date.now() - mtimeMs > ABANDONED_MS) await rm(left, { recursive: true, force: true });
  }
};

/** The program that made a part, as its script notes beside it. */
const makerIn = async (file: string): Promise<string> =>
  String((JSON.parse(await readFile(file, 'utf8')) as { readonly by?: unknown }).by);

/** Whether all that a part is made of and by is here. */
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

/**
 * Makes what is selected and not up to date. Each part is made aside, moved to its place and then recorded, so that a run
 * that is cut off leaves nothing that counts as done. Parts that were made of other weights are removed first.
 * @throws UsageError where a tool fails; what was made before stays recorded.
 */
export const makeParts = async (build: Build): Promise<BuildRecord> => {
  const { output, weights, parts, selected, keys, programs, scripts, report } = build;
  const unfinished = path.join(output, UNFINISHED_FOLDER);
  await sweep(unfinished);
  const made = new Map((await readMadeParts(output)).map((part) => [part.path, part]));
  const keyOf = (part: string): string => keys.get(part) ?? '';
  let classifier: Promise<OnnxClassifier> | undefined;

  const removeOthers = async (): Promise<void> => {
    for (const { path: name, key } of made.values()) {
      if (key === keyOf(name)) continue;
      made.delete(name);
      await rm(path.join(output, name), { recursive: true, force: true });
      report('removed', name);
    }
  };

  /** Makes a part into a path. Gives the program that made it, where that is not ours. */
  const make = async (
    { path: name, recipe }: Part,
    target: string,
  ): Promise<string | undefined> => {
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
      case 'tool': {
        const from = path.join(output, recipe.of);
        const args = { ...recipe, from, to: target, key: keyOf(name) };
        const { program = '', within = [] } = (await programs[recipe.tool]?.()) ?? {};
        const words = toolCommand(recipe.tool, program, scripts, args);
        const [command = '', ...rest] = [...within, ...words];
        await runProgram(command, rest, `${recipe.tool} ${TOOLS[recipe.tool].reason}`);
        return makerIn(noteOf(target));
      }
      default:
        return recipe satisfies never;
    }
  };

  const record = (): BuildRecord => {
    const { name: chosen, title, trained, sha256 } = weights;
    return {
      weights: { name: chosen, title, trained, sha256 },
      parts: parts.flatMap((part) => made.get(part.path) ?? []),
      notMade: missingParts(parts, (name) => made.has(name)),
    };
  };

  const keep = async (part: Part, by: string | undefined): Promise<void> => {
    const { path: name, what, recipe } = part;
    const origin = recipe.kind === 'onnx' ? weights.title : 'the manifest of the serving';
    const entry: MadePart = {
      path: name,
      what,
      madeFrom: sourceOf(part) ?? origin,
      by,
      key: keyOf(name),
      files: await filesOf(output, name),
    };
    made.set(name, entry);
    await writeRecord(output, record(), unfinished);
  };

  const makeAside = async (part: Part): Promise<void> => {
    const aside = path.join(unfinished, randomUUID());
    await mkdir(aside);
    try {
      const target = path.join(aside, path.basename(part.path));
      const by = await make(part, target);
      await putInPlace(target, output, part.path);
      await keep(part, by);
    } finally {
      await rm(aside, { recursive: true, force: true });
    }
  };

  await removeOthers();
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
  const result = record();
  await writeRecord(output, result, unfinished);
  // Another run may be at work in it.
  await rmdir(unfinished).catch(() => undefined);
  return result;
};
