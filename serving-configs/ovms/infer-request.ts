import { describeRequest, type DescribedTensor } from '../open-inference/infer-request.ts';
import type { ServedModel } from '../open-inference/served-model.ts';
import { floatsOf, sizeOfShape, type WireInput } from '../wire.ts';
import { JsonSyntaxError, parseWireJson, RaggedLists, TensorNode } from '../wire-json.ts';
import { refuse } from './answers.ts';
import { problemOf, type AskedTensor } from './validate.ts';

const BYTES_PER_VALUE = 4;

const parse = (bytes: Uint8Array) => {
  try {
    const json = parseWireJson(bytes);
    if (json instanceof Map) return json;
  } catch (problem) {
    if (problem instanceof JsonSyntaxError) {
      return refuse(412, 'The file is not valid json');
    }
    if (!(problem instanceof RaggedLists)) throw problem;
    return refuse(400, 'Could not parse input content. Not valid ndarray detected');
  }
  return refuse(400, 'Request body should be JSON object');
};

/** What a tensor without numbers takes of the bytes behind the JSON: what it says, else what its shape needs. */
const byteSizeOf = ({ binarySize, shape }: DescribedTensor): number =>
  binarySize ?? BYTES_PER_VALUE * sizeOfShape(shape);

/**
 * Reads the body of an `infer` request: JSON, or JSON followed by bytes.
 * @param jsonLength - How many bytes of JSON come first.
 * @throws WireRefusal with the statuses and words of the server's source.
 */
export const readInferRequest = (
  body: Uint8Array,
  jsonLength: number,
  model: ServedModel,
): WireInput => {
  if (jsonLength > body.length) {
    return refuse(400, 'Inference-Header-Content-Length header exceeded the length of the body');
  }
  const { inputs } = describeRequest(parse(body.subarray(0, jsonLength)));
  const rest = body.subarray(jsonLength);
  let offset = 0;
  const tensors = inputs.map((input) => {
    const { name, datatype, shape, data } = input;
    if (data !== undefined) {
      const values = data instanceof TensorNode ? data.tensor.values : undefined;
      if (values === undefined) {
        return refuse(400, 'Could not parse input content. Not valid ndarray detected');
      }
      return { name, datatype, shape, values, content: { values: values.length } };
    }
    const bytes = rest.subarray(offset, offset + byteSizeOf(input));
    if (bytes.length < byteSizeOf(input)) {
      return refuse(400, 'Received buffer size is smaller than expected');
    }
    offset += bytes.length;
    return { name, datatype, shape, bytes, content: { bytes: bytes.length } };
  });
  const problem = problemOf(tensors satisfies readonly AskedTensor[], model);
  if (problem !== undefined) return refuse(400, problem);
  const [tensor] = tensors;
  const values = tensor?.values ?? floatsOf(tensor?.bytes ?? new Uint8Array());
  return { kind: 'tensor', values, shape: model.shape };
};
