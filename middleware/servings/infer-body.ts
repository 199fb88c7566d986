import { TENSORS, type Encoding } from '../../serving-configs/manifest.ts';
import { mismatchOf } from '../../serving-configs/models/tensors/mismatch.ts';
import type { ServedModel } from '../../serving-configs/models/served-model.ts';
import {
  HEADER_LENGTH,
  readTensors,
  UnreadableTensors,
  type NamedTensor,
  type TensorsRead,
} from '../../serving-configs/models/tensors/tensor-body.ts';
import type { TensorSpec } from '../../serving-configs/models/tensors/tensor-spec.ts';
import { joinWritten, type InputTensor } from './input-tensor.ts';
import {
  MalformedAnswer,
  unsupported,
  type Answer,
  type ServingRequest,
  type ServingResponse,
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

/**
 * Returns `outputs` if they match the description of the model, which also narrows their datatypes.
 * @throws MalformedAnswer if they do not.
 */
const assertOutputs = (
  outputs: Parameters<typeof mismatchOf>[0],
  model: Pick<ServedModel, 'outputs'>,
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
  model: Pick<ServedModel, 'outputs'>,
): Answer => {
  try {
    return { kind: 'outputs', outputs: assertOutputs(read(), model) };
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
  model: Pick<ServedModel, 'outputs'>,
): Answer => outputsWith(() => readBody(response, 'outputs').tensors, model);

/** A body of the Open Inference Protocol, with the headers that describe it. */
export type InferBody = Pick<ServingRequest, 'headers' | 'body' | 'release'>;

/** JSON whose characters beyond ASCII are escaped, because tensors write the text around their values as ASCII. */
const asciiJson = (value: unknown): string =>
  JSON.stringify(value).replaceAll(
    /[\u0080-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const descriptionOf = ({ name, datatype, shape }: InputTensor) => ({ name, datatype, shape });

/**
 * Writes a body of the Open Inference Protocol with the inputs of a model: JSON, or JSON followed by the values as bytes.
 *
 * @param outputs - The outputs that are wanted in the same encoding; without them, the server answers as it likes.
 */
export const inferBody = (
  tensors: readonly InputTensor[],
  encoding: 'binary' | 'json',
  outputs?: readonly Pick<TensorSpec, 'name'>[],
): InferBody => {
  const parameters = encoding === 'binary' ? { parameters: { binary_data: true } } : {};
  const wanted = outputs?.map(({ name }) => ({ name, ...parameters }));
  const opened =
    wanted === undefined ? '{"inputs":[' : `{"outputs":${asciiJson(wanted)},"inputs":[`;
  if (encoding === 'binary') {
    const listed = tensors.map((tensor) =>
      asciiJson({
        ...descriptionOf(tensor),
        parameters: { binary_data_size: tensor.byteLength },
      }),
    );
    const head = Buffer.from(`${opened}${listed.join()}]}`);
    const headers = { 'content-type': OCTETS, [HEADER_LENGTH]: String(head.length) };
    return {
      headers,
      ...joinWritten(tensors.map((tensor, at) => tensor.asBytes(at === 0 ? head : undefined))),
    };
  }
  const written = tensors.map((tensor, at) => {
    const before = `${at === 0 ? opened : ','}${asciiJson(descriptionOf(tensor)).slice(0, -1)},"data":`;
    return tensor.asList(before, at === tensors.length - 1 ? '}]}' : '}');
  });
  return { headers: { 'content-type': JSON_TYPE }, ...joinWritten(written) };
};

/** A body for one of our applications on a platform without a protocol for named tensors: it goes to a route of the platform. */
export const applicationRequest = (
  path: string,
  tensors: readonly InputTensor[],
  encoding: Encoding,
  model: Pick<ServedModel, 'name'>,
): ServingRequest => {
  if (encoding !== 'binary' && encoding !== 'json') throw unsupported(TENSORS, encoding, model);
  return { method: 'POST', path, ...inferBody(tensors, encoding) };
};
