import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { compareTensors } from '../../../serving-configs/models/tensors/compare-tensors.ts';
import {
  readTensors,
  type NamedTensor,
} from '../../../serving-configs/models/tensors/tensor-body.ts';
import type { UserModel } from '../user-model/user-model.ts';
import { unlikeOutputText } from '../wording/tensor-words.ts';

const readAnswer = async (folder: string, file: string): Promise<readonly NamedTensor[]> =>
  readTensors(await readFile(join(folder, file)), 'outputs').tensors;

/**
 * Where the right answers that came with the inputs are none of ONNX Runtime's, by the checks of the model; undefined where they are.
 *
 * @param files of the answers, in both folders
 */
export const validationDataText = async (
  { source, checks }: UserModel,
  files: readonly string[],
  givenDir: string,
  directDir: string,
): Promise<string | undefined> => {
  const unlike: string[] = [];
  for (const [at, file] of files.entries()) {
    const [given, direct] = [await readAnswer(givenDir, file), await readAnswer(directDir, file)];
    const output = compareTensors(given, direct, checks).outputs.find(({ passed }) => !passed);
    if (output !== undefined) unlike.push(`validation_data[${at}]: ${unlikeOutputText(output)}`);
  }
  const [first] = unlike;
  if (first === undefined) return undefined;
  const name = source.from === 'perf_analyzer' ? basename(source.file) : source.from;
  return `warning: ${name}: ${first}; ${unlike.length} of ${files.length} entries differ`;
};
