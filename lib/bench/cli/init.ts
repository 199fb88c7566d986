import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { file } from '../../../serving-configs/options/kinds.ts';
import { shellWord } from '../../../serving-configs/options/shell-word.ts';
import { BenchError, folderErrorText, systemCodeOf } from '../model/errors.ts';
import { modelSchema } from '../run/project-files.ts';
import { describeModel } from '../run/describe-model.ts';
import { newDescription } from '../model-file/new-description.ts';
import type { ModelTensors } from '../model-file/described-model.ts';
import { hangingLines } from '../wording/text-layout.ts';
import { command, jsonText } from './command.ts';
import { json } from './options.ts';

const writeError = (output: string, error: unknown) =>
  systemCodeOf(error) === 'EEXIST'
    ? new BenchError('BENCH_FILE_EXISTS', `${output} is already there`, {
        hint: 'give another file: --output FILE.yaml',
        cause: error,
      })
    : new BenchError(
        'BENCH_FOLDER',
        `${output} cannot be written: ${folderErrorText(path.dirname(output), error)}`,
        { hint: 'give a file in an existing folder: --output FILE.yaml', cause: error },
      );

/** Tries some inputs of a new description: why ONNX Runtime refuses them, or that the model is faster than the rig. Neither, if all is well. */
const triedWith = async (
  onnx: string,
  tensors: ModelTensors,
  signal: AbortSignal,
): Promise<{ readonly refusal?: string | undefined; readonly fast?: string }> => {
  const { readModel } = await import('../model-file/read-model.ts');
  const { fastModelText } = await import('../run/tensor-inputs.ts');
  const { tryFewInputs } = await import('../run/inputs.ts');
  const folder = await mkdtemp(path.join(tmpdir(), 'serving-compare-'));
  try {
    const description = path.join(folder, 'model.yaml');
    await writeFile(description, newDescription(onnx, tensors, modelSchema));
    const model = await readModel(description, () => Promise.resolve(tensors));
    const fast = fastModelText(await tryFewInputs(model, signal));
    return fast === '' ? {} : { fast };
  } catch (error) {
    // `validate` reports all other problems.
    if (!(error instanceof BenchError)) throw error;
    return { refusal: error.refusal };
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** Writes a description of an ONNX model for the user to complete. */
export const init = command({
  description:
    'Reads an ONNX file and writes a commented description of it, ready to run with random inputs. Asks no questions and overwrites nothing.',
  options: {
    model: { kind: file('FILE.onnx'), description: 'the model to describe', required: true },
    output: {
      kind: file('FILE.yaml'),
      description: 'where to write the description',
      default: 'model.yaml',
    },
    json,
  },
  examples: ['npx serving-compare init --model detector.onnx'],
  run: async ({ model, output, json: asJson }, { console, signal }) => {
    const folder = path.dirname(path.resolve(output));
    const fromFolder = (other: string): string =>
      path.relative(folder, other).replaceAll('\\', '/');
    const onnx = path.resolve(model);
    const tensors = await describeModel(signal)(onnx);
    const { refusal, fast } = await triedWith(onnx, tensors, signal);
    const text = newDescription(fromFolder(onnx), tensors, fromFolder(modelSchema), refusal);
    await writeFile(output, text, { flag: 'wx' }).catch((error: unknown) => {
      throw writeError(output, error);
    });
    const modelOption = output === 'model.yaml' ? '' : ` --model ${shellWord(output)}`;
    if (asJson) {
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
        ...(fast === undefined ? [] : hangingLines('! ', fast, console.outStyle.width)),
        '',
      ].join('\n'),
    );
    return 0;
  },
});
