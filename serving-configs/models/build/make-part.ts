import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { BuiltModel } from '../model.ts';
import { adaptOnnx } from '../onnx/adapt-onnx.ts';
import type { OnnxClassifier } from '../onnx/read-onnx.ts';
import { runProgram } from '../run-program.ts';
import { copyContent, linkFiles } from './part-files.ts';
import type { ModelPart } from './parts.ts';
import { SERVING_CONFIGS, toolCommand, type ToolPrograms, TOOLS } from './tools.ts';

/** What parts are built from. */
export interface Sources {
  readonly model: BuiltModel;
  /** The output folder, which contains the parts that other parts are built from. */
  readonly output: string;
  /** The available programs. */
  readonly programs: ToolPrograms;
  readonly readClassifier: () => Promise<OnnxClassifier>;
}

/** Runs a tool, and returns the name and version of the program that built the artefact. */
const runTool = async (
  recipe: Extract<ModelPart['recipe'], { readonly kind: 'tool' }>,
  { output, programs }: Sources,
  target: string,
): Promise<string | undefined> => {
  const { tool, of } = recipe;
  const { program = '', within = [], signal } = (await programs[tool]?.()) ?? {};
  const words = toolCommand(recipe, program, path.join(output, of), target);
  const [command = '', ...rest] = [...within, ...words];
  const printed = await runProgram(command, rest, {
    hint: `${tool} ${TOOLS[tool].reason}`,
    signal,
  });
  return printed.trim().split('\n').at(-1);
};

/**
 * Builds a part at a path.
 * @returns the tool that built it, with its version; undefined if no tool did.
 * @throws UsageError if the weights cannot be read, or a tool fails.
 */
export const makePart = async (
  { recipe }: ModelPart,
  sources: Sources,
  target: string,
): Promise<string | undefined> => {
  const { model, output, readClassifier } = sources;
  switch (recipe.kind) {
    case 'onnx':
      await writeFile(target, adaptOnnx(await readClassifier(), model, recipe.form));
      return undefined;
    case 'text':
      await writeFile(target, recipe.text);
      return undefined;
    case 'copy':
      await linkFiles(path.join(output, recipe.of), target);
      return undefined;
    case 'pack':
      for (const [inside, file] of Object.entries(recipe.files)) {
        await copyContent(path.join(SERVING_CONFIGS, file), path.join(target, inside));
      }
      await linkFiles(path.join(output, recipe.of), path.join(target, recipe.model));
      return undefined;
    case 'tool':
      return runTool(recipe, sources, target);
    default:
      return recipe satisfies never;
  }
};
