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
import {
  MalformedAnswer,
  unsupported,
  type ServingRequest,
  type ServingResponse,
  type TensorCodec,
} from './serving.ts';

export const OCTETS = 'application/octet-stream';
export const JSON_TYPE = 'application/json';

/** The JSON length in the header; undefined without this header, NaN if it is not a length within the body. */
const jsonLengthOf = ({ headers, body }: ServingResponse): number | undefined => {
  const header = headers[HEADER_LENGTH];
  if (header === undefined) return undefined;
  const length = typeof header === 'string' && /^\d+$/.test(header) ? Number(header) : Number.NaN;
  return length <= body.length ? length : Number.NaN;
};

/**
 * Reads the tensors of a body, whose headers tell its format.
 * @throws UnreadableTensors
 */
export const readBody = (message: ServingResponse, key: 'inputs' | 'outputs'): TensorsRead => {
  const jsonLength = jsonLengthOf(message);
  if (Number.isNaN(jsonLength)) {
    throw new UnreadableTensors(
      `the header ${HEADER_LENGTH} names no length within its ${message.body.length} bytes`,
    );
  }
  return readTensors(message.body, key, jsonLength);
};

/** The part of a model that describes its answers. */
export type ModelOutputs = Pick<TensorModel, 'outputs'>;

/**
 * Returns `outputs` if they match the description of the model, which also narrows their datatypes.
 * @throws MalformedAnswer if they do not.
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
 * Reads outputs with `read` and checks that they match the model.
 * @throws MalformedAnswer if they cannot be read or do not match.
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
 * Reads the outputs of a model from a body of the Open Inference Protocol.
 * @throws MalformedAnswer if they cannot be read or do not match the model.
 */
export const readOutputs = (
  response: ServingResponse,
  model: ModelOutputs,
): readonly NamedTensor[] => outputsWith(() => readBody(response, 'outputs').tensors, model);

/**
 * Writes a request with a body of the Open Inference Protocol.
 * @param head - Further fields of the JSON.
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

/**
 * Tensor codecs for our applications on platforms without a protocol for named tensors: a body of the Open Inference
 * Protocol, sent to a route of the platform.
 */
export const applicationTensors = (pathOf: (model: TensorModel) => string) =>
  ({
    rest: {
      encode: (inputs, encoding, model) => tensorRequest(pathOf(model), inputs, encoding, model),
      decode: readOutputs,
    },
  }) as const satisfies { readonly rest: TensorCodec };
