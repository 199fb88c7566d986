import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { UserModel } from '../../lib/bench/model-file/described-model.ts';
import { readModel, type DescribeModel } from '../../lib/bench/model-file/read-model.ts';
import { describeModel } from '../../lib/bench/run/describe-model.ts';
import { twoByTwoModel } from './onnx-models.ts';
import { newFolder } from './temporary-folder.ts';

/** Writes a model with two inputs and two outputs of different types, and its description. Returns the path of the latter. */
export const describedTwoByTwo = (folder: string): string => {
  writeFileSync(join(folder, 'two.onnx'), twoByTwoModel());
  const sizes = { ids: [1, 3], weights: [1, 3] };
  const description = join(folder, 'own.json');
  writeFileSync(description, JSON.stringify({ model: { onnx: 'two.onnx', sizes } }));
  return description;
};

/** Reads the description of a model whose files are given. */
export const readGiven = async (
  file: string,
  describe: DescribeModel = describeModel(new AbortController().signal),
): Promise<UserModel> => {
  const model = await readModel(file, describe);
  if (model.kind !== 'given') throw new Error(`${file} describes no files`);
  return model;
};

/** Writes a model into a new folder; returns the arguments of `init` and `validate` for it. */
export const modelForCommands = (onnx: Uint8Array) => {
  const file = join(newFolder(), 'net.onnx');
  writeFileSync(file, onnx);
  const description = join(dirname(file), 'net.yaml');
  return {
    description,
    init: ['init', '--model', file, '--output', description],
    validate: ['validate', '--model', description],
  };
};
