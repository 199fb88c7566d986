import { invalidJson, missingField } from '../fastapi/answers.ts';
import { describeRequest, type DescribedTensor } from '../open-inference/infer-request.ts';
import { cannotReshape, inputOf } from '../open-inference/python-model.ts';
import type { ServedModel } from '../open-inference/served-model.ts';
import { floatsOf, sizeOfShape, WireRefusal, type WireAnswer, type WireInput } from '../wire.ts';
import {
  JsonSyntaxError,
  parseWireJson,
  RaggedLists,
  TensorNode,
  type WireJsonObject,
} from '../wire-json.ts';
import { error, exception } from './answers.ts';

const HEADER_LENGTH = 'inference-header-content-length';

const refuse = (answer: WireAnswer): never => {
  throw new WireRefusal(answer);
};

/**
 * How many bytes of JSON come first; undefined where all of the body is parsed as JSON, since its content type says so.
 */
export const jsonLengthOf = (
  headers: Readonly<Record<string, string | string[] | undefined>>,
): number | undefined => {
  const contentType = String(headers['content-type'] ?? '');
  if (/^application\/([^;]*\+)?json\b/i.test(contentType)) return undefined;
  const length = headers[HEADER_LENGTH];
  return length === undefined ? Number.NaN : Number.parseInt(String(length), 10);
};

const parse = (bytes: Uint8Array, onSyntax: (error: JsonSyntaxError) => WireAnswer) => {
  try {
    return parseWireJson(bytes);
  } catch (problem) {
    if (problem instanceof JsonSyntaxError) return refuse(onSyntax(problem));
    if (!(problem instanceof RaggedLists)) throw problem;
    return refuse(
      exception(
        'ValueError',
        'setting an array element with a sequence. The requested array has an inhomogeneous shape.',
      ),
    );
  }
};

const inJson = ({ data }: DescribedTensor, model: ServedModel): Float32Array => {
  const values = data instanceof TensorNode ? data.tensor.values : undefined;
  if (values === undefined) {
    return refuse(exception('ValueError', 'could not convert string to float'));
  }
  if (values.length === sizeOfShape(model.shape)) return values;
  return refuse(exception('ValueError', cannotReshape(values.length, model.shape)));
};

const inBytes = (bytes: Uint8Array, model: ServedModel): Float32Array => {
  if (bytes.length % 4 !== 0) {
    return refuse(exception('ValueError', 'buffer size must be a multiple of element size'));
  }
  const values = floatsOf(bytes);
  if (values.length === sizeOfShape(model.shape)) return values;
  return refuse(exception('ValueError', cannotReshape(values.length, model.shape)));
};

/** The model's input of a request whose values, where they are bytes, lie in `rest`. */
const read = (request: WireJsonObject, rest: Uint8Array, model: ServedModel): WireInput => {
  const { inputs } = describeRequest(request);
  const [first] = inputs;
  if (first === undefined && !request.has('inputs')) return refuse(missingField('inputs'));
  const missing = inputs.find(
    ({ data, binarySize }) => data === undefined && binarySize === undefined,
  );
  if (missing !== undefined) {
    return refuse(
      error(400, `'data' field is missing for input '${missing.name}' for model '${model.name}'`),
    );
  }
  const input = inputOf(inputs, model);
  if (typeof input === 'string') return refuse(error(400, input));
  const before = inputs
    .slice(0, inputs.indexOf(input))
    .reduce((sum, { binarySize }) => sum + (binarySize ?? 0), 0);
  const values =
    input.data === undefined
      ? inBytes(rest.subarray(before, before + (input.binarySize ?? 0)), model)
      : inJson(input, model);
  return { kind: 'tensor', values, shape: model.shape };
};

/**
 * Reads the body of an `infer` request: JSON, or JSON followed by bytes.
 * @param jsonLength - As {@link jsonLengthOf} gives it.
 * @throws WireRefusal with the statuses recorded from release 0.21.0.
 */
export const readInferRequest = (
  body: Uint8Array,
  jsonLength: number | undefined,
  model: ServedModel,
): WireInput => {
  if (jsonLength === undefined) {
    const json = parse(body, invalidJson);
    if (!(json instanceof Map)) return refuse(missingField('inputs'));
    return read(json, new Uint8Array(), model);
  }
  if (Number.isNaN(jsonLength)) {
    return refuse(error(400, `received byte inputs, but the'${HEADER_LENGTH}' header is missing.`));
  }
  const json = parse(body.subarray(0, jsonLength), ({ message }) =>
    error(400, `Unrecognized request format: ${message}`),
  );
  if (!(json instanceof Map) || !json.has('inputs')) {
    return refuse(exception('KeyError', "'inputs'"));
  }
  return read(json, body.subarray(jsonLength), model);
};
