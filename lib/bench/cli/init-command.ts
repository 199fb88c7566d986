import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { shellWord } from '../../../serving-configs/options/shell-word.ts';
import { BenchError, fileErrorText, systemCodeOf } from '../model/errors.ts';
import { modelSchema } from '../run/project-files.ts';
import { describeModel } from '../run/describe-model.ts';
import { newDescription } from '../user-model/new-description.ts';
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

/** Writes a description of an ONNX model for the user to complete. */
export const initCommand: Command<typeof initOptions> = async (
  { model, output, json },
  { console, signal },
) => {
  const folder = path.dirname(path.resolve(output));
  const fromFolder = (file: string): string => path.relative(folder, file).replaceAll('\\', '/');
  const tensors = await describeModel(signal)(path.resolve(model));
  const schema = fromFolder(modelSchema);
  const text = newDescription(fromFolder(path.resolve(model)), tensors, schema);
  await writeFile(output, text, { flag: 'wx' }).catch((error: unknown) => {
    throw writeError(output, error);
  });
  const modelOption = output === 'model.yaml' ? '' : ` --model ${shellWord(output)}`;
  if (json) {
    console.out(jsonText({ description: output, ...tensors }));
    return 0;
  }
  console.out(
    [
      `wrote ${output}: check its sizes, inputs and answer; then`,
      `  npx serving-compare validate${modelOption}`,
      `  npx serving-compare run --model ${shellWord(output)}`,
      '',
    ].join('\n'),
  );
  return 0;
};
