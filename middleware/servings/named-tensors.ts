import { TENSORS, type Encoding } from '../../serving-configs/manifest.ts';
import { mismatchOf } from '../../serving-configs/models/tensors/mismatch.ts';
import {
  HEADER_LENGTH,
  readTensors,
  UnreadableTensors,
  writeTensors,
  type NamedTensor,
  type TensorsRead,
} from '../../serving-configs/models/tensors/tensor-body.ts';
import type { TensorModel } from '../../serving-configs/models/tensors/tensor-model.ts';
import { unsupported } from './encoding-error.ts';
import { MalformedAnswer, type ServingRequest, type ServingResponse } from './serving.ts';

export const OCTETS = 'application/octet-stream';
export const JSON_TYPE = 'application/json';

/** The length that the header names; undefined without it, NaN where it cannot be that of the JSON of such a body. */
const jsonLengthOf = ({ headers, body }: ServingResponse): number | undefined => {
  const header = headers[HEADER_LENGTH];
  if (header === undefined) return undefined;
  const length = typeof header === 'string' && /^\d+$/.test(header) ? Number(header) : Number.NaN;
  return length <= body.length ? length : Number.NaN;
};

/**
 * The tensors of a body that came with headers.
 * @throws UnreadableTensors
 */
export const readBody = (given: ServingResponse, key: 'inputs' | 'outputs'): TensorsRead => {
  const jsonLength = jsonLengthOf(given);
  if (Number.isNaN(jsonLength)) {
    throw new UnreadableTensors(
      `the header ${HEADER_LENGTH} names no length within its ${given.body.length} bytes`,
    );
  }
  return readTensors(given.body, key, jsonLength);
};

/** The part of a model that its answers must fit. */
export type ModelOutputs = Pick<TensorModel, 'outputs'>;

/**
 * The outputs of a model, whatever a message called their types.
 * @throws MalformedAnswer where they are not.
 */
export const assertOutputs = (
  outputs: Parameters<typeof mismatchOf>[0],
  model: ModelOutputs,
): readonly NamedTensor[] => {
  const mismatch = mismatchOf(outputs, model.outputs);
  if (mismatch !== undefined) throw new MalformedAnswer(mismatch);
  return outputs as readonly NamedTensor[];
};

/**
 * The outputs of a model, however they are read.
 * @throws MalformedAnswer
 */
export const outputsWith = (
  read: () => Parameters<typeof mismatchOf>[0],
  model: ModelOutputs,
): readonly NamedTensor[] => {
  try {
    return assertOutputs(read(), model);
  } catch (error) {
    if (!(error instanceof UnreadableTensors)) throw error;
    throw new MalformedAnswer(error.message, { cause: error });
  }
};

/**
 * The outputs of a model in a body.
 * @throws MalformedAnswer
 */
export const readOutputs = (
  response: ServingResponse,
  model: ModelOutputs,
): readonly NamedTensor[] => outputsWith(() => readBody(response, 'outputs').tensors, model);

/**
 * A request with tensors as its body.
 * @param head - What stands beside them in the JSON.
 */
export const tensorRequest = (
  path: string,
  inputs: readonly NamedTensor[],
  encoding: Encoding,
  model: TensorModel,
  head?: Readonly<Record<string, unknown>>,
): ServingRequest => {
  if (encoding !== 'binary' && encoding !== 'json') throw unsupported(TENSORS, encoding, model);
  const { body, jsonLength } = writeTensors(inputs, 'inputs', encoding, head);
  const headers: Readonly<Record<string, string>> =
    jsonLength === undefined
      ? { 'content-type': JSON_TYPE }
      : { 'content-type': OCTETS, [HEADER_LENGTH]: String(jsonLength) };
  return { method: 'POST', path, headers, body };
};
