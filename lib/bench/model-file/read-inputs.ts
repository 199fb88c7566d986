import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { nanIndex } from '../../../serving-configs/models/tensors/compare-tensors.ts';
import { imageTensor } from '../../../serving-configs/models/tensors/image-tensor.ts';
import {
  createTensorSource,
  describeTensor,
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
import { BenchError, messageOf } from '../model/errors.ts';
import { inputsError } from './model-errors.ts';
import { dimsText, twoSizesText, type ModelTensor, type AnyModel } from './described-model.ts';

/** The inputs of one request. */
export interface RequestInputs extends GivenInputs {
  /** Their source: the name of an image, a file or a folder, or for example `random 1`. */
  readonly from: string;
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
  return { from: path.basename(from), inputs: tensors };
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
        const bytes = await readFile(file);
        const tensor = await imageTensor(bytes, source.image).catch(nameFile(file));
        yield { from: path.basename(file), inputs: [tensor] };
      }
      return;
    case 'npy':
      for (const files of source.requests) yield await readNpyRequest(inputs, files);
      return;
    case 'perf_analyzer': {
      const entries = await readEntries(model, source.file).catch(nameFile(source.file));
      for (const [at, entry] of entries.entries()) yield { from: `data[${at}]`, ...entry };
      return;
    }
    case 'random': {
      const draw = createTensorSource(source.seed);
      for (let count = 1; count <= source.count; count += 1) {
        const tensors = facts.map((input) => draw(input, source.ranges[input.name] ?? [0, 1]));
        yield { from: `random ${count}`, inputs: tensors };
      }
      return;
    }
    case 'zero':
      yield { from: 'zero', inputs: facts.map(zeroTensor) };
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
