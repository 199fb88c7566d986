import type { ServedModel } from '../../models/served-model.ts';
import { mismatchOf } from '../../models/tensors/mismatch.ts';
import {
  readTensors,
  writeTensors,
  type NamedTensor,
  type TensorEncoding,
} from '../../models/tensors/tensor-body.ts';
import { BadInput, type InferenceCall, type WireInput } from '../wire.ts';

/**
 * Checks the inputs of a model.
 * @throws BadInput if they do not fit the model.
 */
export const tensorsInput = (
  tensors: Parameters<typeof mismatchOf>[0],
  { inputs }: Pick<ServedModel, 'inputs'>,
): Extract<WireInput, { kind: 'tensors' }> => {
  const mismatch = mismatchOf(tensors, inputs);
  if (mismatch !== undefined) throw new BadInput(mismatch);
  return { kind: 'tensors', tensors: tensors as readonly NamedTensor[] };
};

const MEDIA_TYPES = { json: 'application/json', binary: 'application/octet-stream' } as const;

/** The encoding of a body. The JSON comes first, so the first part of the body is enough. */
const encodingOf = (body: Uint8Array): TensorEncoding =>
  Buffer.from(body.buffer, body.byteOffset, body.byteLength).includes('"binary_data_size"')
    ? 'binary'
    : 'json';

/**
 * The call of a protocol without tensors, in which the model decides about requests and answers. Those of a model that answers tensors
 * are bodies of named tensors in the same encoding.
 * @param classes - The call for a model that answers classes; the refusals are the same for every model.
 * @param bodyIn - Extracts the body from a request. Default: the request is the body.
 */
export const callOf = <Answer>(
  model: ServedModel,
  classes: InferenceCall<Answer>,
  answerWith: (body: Uint8Array, mediaType: string) => Answer,
  bodyIn: (request: Uint8Array) => Uint8Array = (request) => request,
): InferenceCall<Answer> => {
  if (model.answers.kind === 'classes') return classes;
  return {
    ...classes,
    form: (request) => encodingOf(bodyIn(request)),
    read: (request) => tensorsInput(readTensors(bodyIn(request), 'inputs').tensors, model),
    render: (form, output) => {
      const encoding = form as TensorEncoding;
      const { body } = writeTensors(output, 'outputs', encoding);
      return answerWith(Buffer.concat(body), MEDIA_TYPES[encoding]);
    },
  };
};
