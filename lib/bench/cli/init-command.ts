import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { shellWord } from '../../../serving-configs/options/shell-word.ts';
import { BenchError, fileErrorText, systemCodeOf } from '../model/errors.ts';
import { modelSchema } from '../run/project-files.ts';
import { describeModel } from '../run/describe-model.ts';
import { tryModel } from '../run/tensor-inputs.ts';
import { newDescription } from '../user-model/new-description.ts';
import { readUserModel } from '../user-model/read-user-model.ts';
import type { ModelTensors } from '../user-model/user-model.ts';
import { jsonText, type Command } from './command.ts';
import type { initOptions } from './options.ts';

const writeError = (file: string, error: unknown) =>
  systemCodeOf(error) === 'EEXIST'
    ? new BenchError('BENCH_FILE_EXISTS', `${file} is already there`, {
        hint: 'give another file: --output FILE.yaml',
        cause: error,
      })
    : new BenchError(
        'BENCH_FOLDER',
        `${file} cannot be written: ${fileErrorText(path.dirname(file), error)}`,
        { hint: 'give a file in an existing folder: --output FILE.yaml', cause: error },
      );

/** Why ONNX Runtime refuses the inputs of a new description; undefined if it takes them. */
const refusalOf = async (
  onnx: string,
  tensors: ModelTensors,
  signal: AbortSignal,
): Promise<string | undefined> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'serving-compare-'));
  try {
    const file = path.join(folder, 'model.yaml');
    await writeFile(file, newDescription(onnx, tensors, modelSchema));
    const model = await readUserModel(file, () => Promise.resolve(tensors));
    const source = { ...model.source, count: 1 };
    await tryModel({ ...model, source }, signal);
    return undefined;
  } catch (error) {
    // `validate` reports all other problems.
    if (!(error instanceof BenchError)) throw error;
    return /^the model refuses \S+: (.*)/.exec(error.message)?.[1];
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** Writes a description of an ONNX model for the user to complete. */
export const initCommand: Command<typeof initOptions> = async (
  { model, output, json },
  { console, signal },
) => {
  const folder = path.dirname(path.resolve(output));
  const fromFolder = (file: string): string => path.relative(folder, file).replaceAll('\\', '/');
  const onnx = path.resolve(model);
  const tensors = await describeModel(signal)(onnx);
  const refusal = await refusalOf(onnx, tensors, signal);
  const text = newDescription(fromFolder(onnx), tensors, fromFolder(modelSchema), refusal);
  await writeFile(output, text, { flag: 'wx' }).catch((error: unknown) => {
    throw writeError(output, error);
  });
  const modelOption = output === 'model.yaml' ? '' : ` --model ${shellWord(output)}`;
  if (json) {
    console.out(jsonText({ description: output, ...tensors, refusal }));
    return 0;
  }
  console.out(
    [
      refusal === undefined
        ? `wrote ${output}: check its sizes, inputs and answer; then`
        : `wrote ${output}; ONNX Runtime refuses its inputs: ${refusal}; correct its sizes or ranges, then`,
      `  npx serving-compare validate${modelOption}`,
      `  npx serving-compare run --model ${shellWord(output)}`,
      '',
    ].join('\n'),
  );
  return 0;
};
