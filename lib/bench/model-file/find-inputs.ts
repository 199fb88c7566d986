import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { ImageInput } from '../../../serving-configs/models/input/image-input.ts';
import { defaultRange, isWhole } from '../../../serving-configs/models/tensors/make-tensor.ts';
import { suggest } from '../../../serving-configs/options/suggest.ts';
import { fileErrorText } from '../model/errors.ts';
import type { DescribedInputs } from './description.ts';
import { descriptionError, inputsError, mismatchError, unknownTensor } from './model-errors.ts';
import type { InputSource, ModelTensor } from './described-model.ts';

const IMAGE = /\.(jpe?g|png|webp)$/i;
const NPY = /\.npy$/i;

/** The file name for an input, without characters that file names cannot have. */
const npyNameOf = (input: string): string => `${input.replaceAll(/[/\\:]/g, '_')}.npy`;

const filesOf = async (folder: string, kind: RegExp): Promise<readonly string[]> =>
  (await readdir(folder))
    .filter((name) => kind.test(name))
    .toSorted()
    .map((name) => path.join(folder, name));

/** Finds the files of a request in a folder, one for each input. */
const requestIn = async (
  folder: string,
  inputs: readonly ModelTensor[],
): Promise<readonly string[]> => {
  const files = await filesOf(folder, NPY);
  return inputs.map(({ name }) => {
    const file = path.join(folder, npyNameOf(name));
    if (files.includes(file)) return file;
    throw inputsError(
      `the input "${name}" has no data: there is no ${file}`,
      `save one file for each input: ${inputs.map((input) => npyNameOf(input.name)).join(', ')}`,
    );
  });
};

/** Finds the files of all requests. With several inputs, there is a folder for each request, or only one request. */
const npyRequests = async (
  folder: string,
  inputs: readonly ModelTensor[],
): Promise<readonly (readonly string[])[]> => {
  const files = await filesOf(folder, NPY);
  const entries = await readdir(folder, { withFileTypes: true });
  const folders = entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => path.join(folder, name))
    .toSorted();
  if (files.length > 0) {
    const nestedFiles = await Promise.all(folders.map((subfolder) => filesOf(subfolder, NPY)));
    const [nestedFile] = nestedFiles.flat();
    if (nestedFile !== undefined) {
      throw inputsError(
        `${folder} has both request folders and request files: ${nestedFile} and ${files[0]}`,
        'move one of the two elsewhere',
      );
    }
    return inputs.length === 1 ? files.map((file) => [file]) : [await requestIn(folder, inputs)];
  }
  if (folders.length === 0) {
    const images = await filesOf(folder, IMAGE);
    throw inputsError(
      `there are no .npy files in ${folder}`,
      images.length === 0
        ? 'save each input as NAME.npy there, or in a folder for each request'
        : 'describe how its images become an input: model.image',
    );
  }
  return Promise.all(folders.map((subfolder) => requestIn(subfolder, inputs)));
};

const imageFiles = async (
  folder: string,
  { input }: ImageInput,
  inputs: readonly ModelTensor[],
): Promise<readonly string[]> => {
  const other = inputs.find(({ name }) => name !== input);
  if (other !== undefined) {
    throw inputsError(
      `the input "${other.name}" has no data: images are only for "${input}"`,
      'save all inputs as .npy, and leave model.image out',
    );
  }
  const files = await filesOf(folder, IMAGE);
  if (files.length > 0) return files;
  throw inputsError(
    `there are no images in ${folder}`,
    'give a folder with JPEG, PNG or WebP files',
  );
};

const randomInputs = (
  { count = 8, seed = 1, ranges = {} }: DescribedInputs,
  inputs: readonly ModelTensor[],
): InputSource => {
  for (const [name, range] of Object.entries(ranges)) {
    const input = inputs.find((tensor) => tensor.name === name);
    if (input === undefined) {
      throw unknownTensor(
        'inputs.ranges: there is no input',
        name,
        inputs.map((tensor) => tensor.name),
      );
    }
    if (isWhole(input.datatype) && !range.every(Number.isInteger)) {
      throw mismatchError(
        `inputs.ranges.${name} is [${range.join(', ')}], and ${input.datatype} takes whole numbers`,
        'give two whole numbers',
      );
    }
  }
  const rangeOf = ({ name, datatype }: ModelTensor): readonly [number, number] => {
    const [from, below] = ranges[name] ?? defaultRange(datatype);
    return [from ?? 0, below ?? 1];
  };
  return {
    from: 'random',
    count,
    seed,
    ranges: Object.fromEntries(inputs.map((input) => [input.name, rangeOf(input)])),
  };
};

/**
 * Finds the source of a model's inputs, without reading the inputs.
 *
 * @param folder the folder of the description
 * @throws BenchError `BENCH_INPUTS` if there is no data, or not for every input of the model
 */
export const findInputs = async (
  described: DescribedInputs,
  folder: string,
  inputs: readonly ModelTensor[],
  image: ImageInput | undefined,
): Promise<InputSource> => {
  const { from = 'random' } = described;
  if (from === 'random') return randomInputs(described, inputs);
  const unused = Object.keys(described).find((key) => key !== 'from');
  if (unused !== undefined) {
    throw descriptionError(
      `inputs.${unused} needs random inputs, and these are from ${from}`,
      `leave inputs.${unused} out`,
    );
  }
  if (from === 'zero') return { from };
  const inputsPath = path.resolve(folder, from);
  const found = await stat(inputsPath).catch((cause: unknown) => {
    const suggestion = suggest(from, ['random', 'zero']);
    throw inputsError(
      `the inputs cannot be read: ${fileErrorText(inputsPath, cause)}`,
      suggestion === undefined
        ? 'give a folder, a JSON file for perf_analyzer, random or zero: inputs'
        : `did you mean ${suggestion}?`,
      cause,
    );
  });
  if (!found.isDirectory()) return { from: 'perf_analyzer', file: inputsPath };
  return image === undefined
    ? { from: 'npy', requests: await npyRequests(inputsPath, inputs) }
    : {
        from: 'images',
        folder: inputsPath,
        files: await imageFiles(inputsPath, image, inputs),
        image,
      };
};
