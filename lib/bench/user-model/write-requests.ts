import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
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
import {
  writeTensors,
  type NamedTensor,
} from '../../../serving-configs/models/tensors/tensor-body.ts';
import {
  fitsShape,
  MAX_TENSOR_BYTES,
} from '../../../serving-configs/models/tensors/tensor-model.ts';
import { BenchError, messageOf } from '../model/errors.ts';
import { formatBytes } from '../wording/format-number.ts';
import { modelError } from './read-description.ts';
import { dimsText, twoSizesText, type ModelTensor, type UserModel } from './user-model.ts';

/** The inputs of one request. */
export interface RequestInputs extends GivenInputs {
  /** Where they are from: the name of an image, a file or a folder, or `random 1`. */
  readonly from: string;
}

const inputError = (file: string, error: unknown): BenchError =>
  error instanceof BenchError
    ? error
    : modelError(
        `${file} cannot be an input: ${messageOf(error)}`,
        'correct the file, or remove it from the inputs',
        error,
      );

const readNpyInput = async (file: string, input: ModelTensor): Promise<NamedTensor> => {
  const tensor = { name: input.name, ...readNpy(await readFile(file)) };
  if (tensor.datatype !== input.datatype || !fitsShape(tensor.shape, input.shape)) {
    throw modelError(
      `${file} holds ${describeTensor(tensor)}, and the input "${input.name}" takes ${input.datatype} ${dimsText(input)}`,
      'save it with that type and shape',
    );
  }
  return tensor;
};

/** @throws BenchError where a dimension has two sizes in the inputs of one request. */
const assertOneSize = (
  place: string,
  inputs: readonly ModelTensor[],
  tensors: readonly NamedTensor[],
): void => {
  const twoSizes = twoSizesText(
    inputs,
    ({ name }) => tensors.find((tensor) => tensor.name === name)?.shape,
  );
  if (twoSizes === undefined) return;
  throw modelError(`${place}: ${twoSizes}`, 'give a dimension one size in all inputs of a request');
};

const readEntries = async ({ inputs, outputs, sizes }: UserModel, file: string) => {
  const entries = readPerfAnalyzer(await readFile(file, 'utf8'), { inputs, outputs }, sizes);
  for (const [at, { inputs: given, answer = [] }] of entries.entries()) {
    assertOneSize(`${file}: data[${at}]`, inputs, given);
    const wrong = answer.find((tensor) => nanIndex(tensor) !== undefined);
    if (wrong === undefined) continue;
    throw modelError(
      `${file}: validation_data[${at}] holds NaN in "${wrong.name}" at [${nanIndex(wrong)?.join(', ')}]`,
      'NaN cannot be compared: give another expected answer, or leave validation_data out',
    );
  }
  return entries;
};

/**
 * Reads the inputs of a model one after the other, for every server the same.
 * @throws BenchError with the file that cannot be an input, and why.
 */
export async function* readInputs(model: UserModel): AsyncGenerator<RequestInputs> {
  const { inputs, sizes, source } = model;
  const facts = inputs.map(({ name, datatype, shape }): TensorFacts => ({
    name,
    datatype,
    shape: sizes[name] ?? shape,
  }));
  switch (source.from) {
    case 'images':
      for (const file of source.files) {
        const tensor = await imageTensor(await readFile(file), source.image).catch(
          (error: unknown) => {
            throw inputError(file, error);
          },
        );
        yield { from: path.basename(file), inputs: [tensor] };
      }
      return;
    case 'npy':
      for (const files of source.requests) {
        const tensors = await Promise.all(
          inputs.map((input, at) => {
            const file = files[at] ?? '';
            return readNpyInput(file, input).catch((error: unknown) => {
              throw inputError(file, error);
            });
          }),
        );
        const [first = ''] = files;
        assertOneSize(path.dirname(first), inputs, tensors);
        const from = files.length === 1 ? first : path.dirname(first);
        yield { from: path.basename(from), inputs: tensors };
      }
      return;
    case 'perf_analyzer': {
      const entries = await readEntries(model, source.file).catch((error: unknown) => {
        throw inputError(source.file, error);
      });
      for (const [at, entry] of entries.entries()) yield { from: `data[${at}]`, ...entry };
      return;
    }
    case 'random': {
      const draw = createTensorSource(source.seed);
      for (let count = 1; count <= source.count; count += 1) {
        const tensors = facts.map((one) => draw(one, source.ranges[one.name] ?? [0, 1]));
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

/** @throws BenchError if there is no input, or the first does not fit the model. */
export const readFirstInput = async (model: UserModel): Promise<RequestInputs> => {
  const { done, value } = await readInputs(model).next();
  if (done === true) throw modelError('there are no inputs', 'give at least one: inputs');
  return value;
};

/** A body that was written. */
export interface WrittenTensors {
  /** Its name in the folder: a number, and where it is from, as in `0001-cat.jpg.tensors`. */
  readonly file: string;
  readonly sha256: string;
  /** As {@link RequestInputs.from}. */
  readonly from: string;
}

/** The requests of a run, and their right answers where the inputs came with them. */
export interface WrittenRequests {
  readonly requests: readonly WrittenTensors[];
  /** As many as requests, under the same names in the folder `answers`; or none. */
  readonly answers: readonly WrittenTensors[];
}

/** @throws BenchError where the inputs of a request, or the outputs of the answer, are larger than what servers and middleware take. */
export const assertSize = (from: string, key: 'inputs' | 'outputs', bytes: number): void => {
  if (bytes <= MAX_TENSOR_BYTES) return;
  throw modelError(
    `${from}: the ${key} take ${formatBytes(bytes)}, and at most ${formatBytes(MAX_TENSOR_BYTES)} can be measured`,
    'give smaller sizes, or a smaller batch',
  );
};

const write = async (
  [place, file, from]: readonly [string, string, string],
  tensors: readonly NamedTensor[],
  key: 'inputs' | 'outputs',
): Promise<WrittenTensors> => {
  const body = Buffer.concat(writeTensors(tensors, key, 'binary').body);
  assertSize(from, key, body.length);
  await mkdir(place, { recursive: true });
  await writeFile(path.join(place, file), body);
  return { file, sha256: createHash('sha256').update(body).digest('hex'), from };
};

/** As much of where it is from as every file system takes. */
const fileNameOf = (number: number, from: string): string => {
  const name = from.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-').replace(/-$/, '');
  return `${String(number).padStart(4, '0')}-${name.slice(0, 60)}.tensors`;
};

/**
 * Writes each input as the body of a request, binary, and its right answer, where there is one, as that of an answer.
 *
 * @param folder for the requests
 * @param answersFolder for right answers; made only where there are some
 * @throws BenchError with the file that cannot be an input, and why.
 */
export const writeRequests = async (
  model: UserModel,
  folder: string,
  answersFolder: string,
): Promise<WrittenRequests> => {
  const [requests, answers] = [new Array<WrittenTensors>(), new Array<WrittenTensors>()];
  for await (const { from, inputs, answer } of readInputs(model)) {
    const file = fileNameOf(requests.length + 1, from);
    requests.push(await write([folder, file, from], inputs, 'inputs'));
    if (answer === undefined) continue;
    answers.push(await write([answersFolder, file, from], answer, 'outputs'));
  }
  return { requests, answers };
};
