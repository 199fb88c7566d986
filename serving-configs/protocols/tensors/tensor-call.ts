import { mismatchOf } from '../../models/tensors/mismatch.ts';
import {
  readTensors,
  writeTensors,
  type NamedTensor,
  type TensorEncoding,
} from '../../models/tensors/tensor-body.ts';
import type { TensorModel, TensorSpec } from '../../models/tensors/tensor-model.ts';
import { BadInput, namedTensorsOf, tensorOf, type InferenceCall, type WireInput } from '../wire.ts';

/**
 * Checks the inputs of a user's model.
 * @throws BadInput if they do not fit the model.
 */
export const tensorsInput = (
  tensors: Parameters<typeof mismatchOf>[0],
  { inputs }: Pick<TensorModel, 'inputs'>,
): Extract<WireInput, { kind: 'tensors' }> => {
  const mismatch = mismatchOf(tensors, inputs);
  if (mismatch !== undefined) throw new BadInput(mismatch);
  return { kind: 'tensors', tensors: tensors as readonly NamedTensor[] };
};

/**
 * Checks the input of the classifier.
 * @throws BadInput if it does not fit, or there are others.
 */
export const classifierInput = (
  tensors: Parameters<typeof mismatchOf>[0],
  inputs: readonly TensorSpec[],
): WireInput => {
  const [tensor] = tensorsInput(tensors, { inputs }).tensors;
  if (tensor === undefined) throw new BadInput('there is no input');
  return tensorOf(tensor.bytes, tensor.shape);
};

const MEDIA_TYPES = { json: 'application/json', binary: 'application/octet-stream' } as const;

/** The encoding of a body. The JSON comes first, so the first part of the body is enough. */
const encodingOf = (body: Uint8Array): TensorEncoding =>
  Buffer.from(body.buffer, body.byteOffset, body.byteLength).includes('"binary_data_size"')
    ? 'binary'
    : 'json';

/**
 * Turns a call of the classifier into one of a user's model. Request and answer are bodies of named tensors in the same encoding; the
 * refusals stay.
 * @param bodyIn - Extracts the body from a request. Default: the request is the body.
 */
export const tensorCall = <Answer>(
  call: InferenceCall<Answer>,
  model: TensorModel,
  answerWith: (body: Uint8Array, mediaType: string) => Answer,
  bodyIn: (request: Uint8Array) => Uint8Array = (request) => request,
): InferenceCall<Answer> => ({
  ...call,
  form: (request) => encodingOf(bodyIn(request)),
  read: (request) => tensorsInput(readTensors(bodyIn(request), 'inputs').tensors, model),
  render: (form, output) => {
    const encoding = form as TensorEncoding;
    const { body } = writeTensors(namedTensorsOf(output), 'outputs', encoding);
    return answerWith(Buffer.concat(body), MEDIA_TYPES[encoding]);
  },
});
