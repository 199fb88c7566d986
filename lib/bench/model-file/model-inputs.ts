import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { ImageInput } from '../../../serving-configs/models/input/image-input.ts';
import { nanIndex } from '../../../serving-configs/models/tensors/compare-tensors.ts';
import { imageTensor } from '../../../serving-configs/models/tensors/image-tensor.ts';
import {
  createTensorSource,
  defaultRange,
  describeTensor,
  isWhole,
  zeroTensor,
  type TensorFacts,
} from '../../../serving-configs/models/tensors/make-tensor.ts';
import {
  readPerfAnalyzer,
  type GivenInputs,
} from '../../../serving-configs/models/tensors/perf-analyzer.ts';
import { readNpy } from '../../../serving-configs/models/tensors/read-npy.ts';
import type { NamedTensor } from '../../../serving-configs/models/tensors/tensor-body.ts';
import { fitsShape } from '../../../serving-configs/models/tensors/tensor-spec.ts';
import { suggest } from '../../../serving-configs/options/suggest.ts';
import { BenchError, fileErrorText, messageOf } from '../model/errors.ts';
import {
  dimsText,
  twoSizesText,
  type AnyModel,
  type InputSource,
  type ModelTensor,
} from './described-model.ts';
import type { DescribedInputs } from './description.ts';
import { descriptionError, inputsError, mismatchError, unknownTensor } from './model-errors.ts';

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

/** The inputs of one request. */
export interface RequestInputs extends GivenInputs {
  /** Their source: the name of an image, a file or a folder, or for example `random 1`. */
  readonly from: string;
  /** The size of what a request carries: the file of an image, or the values of all tensors. */
  readonly bytes: number;
}

/** Makes a rejection handler that names the file. */
const nameFile =
  (file: string) =>
  (error: unknown): never => {
    if (error instanceof BenchError) throw error;
    throw inputsError(
      `${file} cannot be an input: ${messageOf(error)}`,
      'correct the file, or remove it from the inputs',
      error,
    );
  };

const readNpyInput = async (file: string, input: ModelTensor): Promise<NamedTensor> => {
  const tensor = { name: input.name, ...readNpy(await readFile(file)) };
  if (tensor.datatype !== input.datatype || !fitsShape(tensor.shape, input)) {
    throw inputsError(
      `${file} is ${describeTensor(tensor)}, but the input "${input.name}" takes ${input.datatype} ${dimsText(input)}`,
      'save it with that type and shape',
    );
  }
  return tensor;
};

/** @throws BenchError `BENCH_INPUTS` if a dimension has two sizes in the inputs of a request */
const assertOneSize = (
  source: string,
  inputs: readonly ModelTensor[],
  tensors: readonly NamedTensor[],
): void => {
  const twoSizes = twoSizesText(
    inputs,
    ({ name }) => tensors.find((tensor) => tensor.name === name)?.shape,
  );
  if (twoSizes === undefined) return;
  throw inputsError(
    `${source}: ${twoSizes}`,
    'give a dimension one size in all inputs of a request',
  );
};

/** A request with named tensors. */
const tensorRequest = (from: string, given: GivenInputs): RequestInputs => ({
  from,
  bytes: given.inputs.reduce((sum, tensor) => sum + tensor.bytes.length, 0),
  ...given,
});

/** Reads the inputs of a request, one from each file. */
const readNpyRequest = async (
  inputs: readonly ModelTensor[],
  files: readonly string[],
): Promise<RequestInputs> => {
  const tensors = await Promise.all(
    inputs.map((input, at) => {
      const file = files[at] ?? '';
      return readNpyInput(file, input).catch(nameFile(file));
    }),
  );
  const [first = ''] = files;
  assertOneSize(path.dirname(first), inputs, tensors);
  const from = files.length === 1 ? first : path.dirname(first);
  return tensorRequest(path.basename(from), { inputs: tensors });
};

/** Reads a JSON file for perf_analyzer. */
const readEntries = async ({ inputs, outputs, sizes }: AnyModel, file: string) => {
  const entries = readPerfAnalyzer(await readFile(file, 'utf8'), { inputs, outputs }, sizes);
  for (const [at, { inputs: tensors, answer = [] }] of entries.entries()) {
    assertOneSize(`${file}: data[${at}]`, inputs, tensors);
    const withNan = answer.find((tensor) => nanIndex(tensor) !== undefined);
    if (withNan === undefined) continue;
    throw inputsError(
      `${file}: validation_data[${at}] has NaN in "${withNan.name}" at [${nanIndex(withNan)?.join(', ')}]`,
      'NaN cannot be compared: give another expected answer, or leave validation_data out',
    );
  }
  return entries;
};

/**
 * Reads the inputs of a model, one request after another.
 *
 * @throws BenchError `BENCH_INPUTS` that names the file that cannot be an input
 */
export async function* readInputs(model: AnyModel): AsyncGenerator<RequestInputs> {
  const { inputs, sizes, source } = model;
  const facts = inputs.map(({ name, datatype, shape }): TensorFacts => ({
    name,
    datatype,
    shape: sizes[name] ?? shape,
  }));
  switch (source.from) {
    case 'images':
      for (const file of source.files) {
        const image = await readFile(file);
        const tensor = await imageTensor(image, source.image).catch(nameFile(file));
        const request = tensorRequest(path.basename(file), { inputs: [tensor] });
        yield model.kind === 'built' ? { ...request, bytes: image.length } : request;
      }
      return;
    case 'npy':
      for (const files of source.requests) yield await readNpyRequest(inputs, files);
      return;
    case 'perf_analyzer': {
      const entries = await readEntries(model, source.file).catch(nameFile(source.file));
      for (const [at, entry] of entries.entries()) yield tensorRequest(`data[${at}]`, entry);
      return;
    }
    case 'random': {
      const draw = createTensorSource(source.seed);
      for (let count = 1; count <= source.count; count += 1) {
        const tensors = facts.map((input) => draw(input, source.ranges[input.name] ?? [0, 1]));
        yield tensorRequest(`random ${count}`, { inputs: tensors });
      }
      return;
    }
    case 'zero':
      yield tensorRequest('zero', { inputs: facts.map(zeroTensor) });
      return;
    default:
      source satisfies never;
  }
}

/** @throws BenchError `BENCH_INPUTS` if there is no input, or the first one does not fit the model */
export const readFirstInput = async (model: AnyModel): Promise<RequestInputs> => {
  const { done, value } = await readInputs(model).next();
  if (done === true) throw inputsError('there are no inputs', 'give at least one: inputs');
  return value;
};
