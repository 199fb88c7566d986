import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  writeTensors,
  type NamedTensor,
} from '../../../serving-configs/models/tensors/tensor-body.ts';
import { MAX_TENSOR_BYTES } from '../../../serving-configs/models/tensors/tensor-spec.ts';
import { formatBytes } from '../wording/format-number.ts';
import { inputsError } from './model-errors.ts';
import { readInputs } from './model-inputs.ts';
import type { UserModel } from './described-model.ts';

/** A file with the tensors of a request or an answer. */
export interface WrittenTensors {
  /** The file name: a number and the source, as in `0001-cat.jpg.tensors`. */
  readonly file: string;
  readonly sha256: string;
  /** As {@link import('./model-inputs.ts').RequestInputs.from}. */
  readonly from: string;
}

/** The requests of a run, with their correct answers if the inputs came with them. */
export interface WrittenRequests {
  readonly requests: readonly WrittenTensors[];
  /** One for each request, with the same file name; or none. */
  readonly answers: readonly WrittenTensors[];
}

/** @throws BenchError `BENCH_INPUTS` if the tensors are larger than servers and middleware accept */
export const assertSize = (from: string, key: 'inputs' | 'outputs', bytes: number): void => {
  if (bytes <= MAX_TENSOR_BYTES) return;
  throw inputsError(
    `${from}: the ${key} take ${formatBytes(bytes)}, and at most ${formatBytes(MAX_TENSOR_BYTES)} can be measured`,
    'give smaller sizes, or a smaller batch',
  );
};

const write = async (
  [folder, file, from]: readonly [string, string, string],
  tensors: readonly NamedTensor[],
  key: 'inputs' | 'outputs',
): Promise<WrittenTensors> => {
  const body = Buffer.concat(writeTensors(tensors, key, 'binary').body);
  assertSize(from, key, body.length);
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, file), body);
  return { file, sha256: createHash('sha256').update(body).digest('hex'), from };
};

/** A file name with a number and as much of the source as every file system accepts. */
const fileNameOf = (number: number, from: string): string => {
  const name = from.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-').replace(/-$/, '');
  return `${String(number).padStart(4, '0')}-${name.slice(0, 60)}.tensors`;
};

/**
 * Writes each input as the binary body of a request, and its correct answer, if there is one, as the body of an answer.
 *
 * @param answersFolder created only if there are answers
 * @throws BenchError `BENCH_INPUTS` that names the file that cannot be an input
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
