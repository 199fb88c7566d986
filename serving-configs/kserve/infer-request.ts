import { isUtf8 } from 'node:buffer';
import { jsonAnswer } from '../fastapi/answers.ts';
import { errorsOfInferBody } from '../fastapi/infer-body.ts';
import { invalid, invalidJson, missing, noBytes } from '../fastapi/validation.ts';
import { ELEMENT_BYTES } from '../open-inference/data-types.ts';
import { describeRequest, type DescribedTensor } from '../open-inference/infer-request.ts';
import { cannotReshape, inputOf } from '../open-inference/python-model.ts';
import type { ServedModel } from '../open-inference/served-model.ts';
import { floatsOf, sizeOfShape, WireRefusal, type WireAnswer, type WireInput } from '../wire.ts';
import {
  JsonSyntaxError,
  parseWireJson,
  RaggedLists,
  TensorNode,
  type WireJson,
  type WireJsonObject,
} from '../wire-json.ts';
import { error, exception, valueError } from './answers.ts';

const HEADER_LENGTH = 'inference-header-content-length';

/** What the headers say of a body: that all of it is JSON, or how many bytes of JSON come first, as a text. */
export type BodyKind =
  | { readonly kind: 'json' }
  | { readonly kind: 'bytes'; readonly jsonLength: string | undefined };

const refuse = (answer: WireAnswer): never => {
  throw new WireRefusal(answer);
};

export const bodyKindOf = (
  headers: Readonly<Record<string, string | string[] | undefined>>,
): BodyKind => {
  const contentType = String(headers['content-type'] ?? '');
  if (/^application\/([^;]*\+)?json\b/i.test(contentType)) return { kind: 'json' };
  const length = headers[HEADER_LENGTH];
  return { kind: 'bytes', jsonLength: length === undefined ? undefined : String(length) };
};

const parse = (bytes: Uint8Array, onSyntax: (error: JsonSyntaxError) => WireAnswer): WireJson => {
  try {
    return parseWireJson(bytes);
  } catch (problem) {
    if (problem instanceof JsonSyntaxError) return refuse(onSyntax(problem));
    if (!(problem instanceof RaggedLists)) throw problem;
    return refuse(
      valueError(
        'setting an array element with a sequence. The requested array has an inhomogeneous shape.',
      ),
    );
  }
};

/** The numbers of a list of JSON as NumPy makes them; null is not a number, but a float. */
const floatsIn = (data: WireJson | undefined): Float32Array => {
  if (data instanceof TensorNode) return data.tensor.values;
  const items: readonly WireJson[] = Array.isArray(data) ? data : [];
  const text = items.find((item) => typeof item === 'string');
  if (text !== undefined) {
    return refuse(valueError(`could not convert string to float: '${text}'`));
  }
  return Float32Array.from(items, (item) => (typeof item === 'number' ? item : Number.NaN));
};

const reshaped = (values: Float32Array, model: ServedModel): Float32Array =>
  values.length === sizeOfShape(model.shape)
    ? values
    : refuse(valueError(cannotReshape(values.length, model.shape)));

/** Bytes become an array of the type and shape that their input says before the model sees any. */
const checkBytes = (
  bytes: Uint8Array,
  { datatype, shape }: Pick<DescribedTensor, 'datatype' | 'shape'>,
): Uint8Array => {
  const size = ELEMENT_BYTES.get(datatype);
  if (size === undefined) return refuse(error(400, 'invalid datatype None in the input'));
  if (bytes.length % size !== 0) {
    return refuse(valueError('buffer size must be a multiple of element size'));
  }
  const count = bytes.length / size;
  return count === sizeOfShape(shape) ? bytes : refuse(valueError(cannotReshape(count, shape)));
};

/** The model's input of a request whose values, where they are bytes, lie in `rest`. */
const read = (request: WireJsonObject, rest: Uint8Array, model: ServedModel): WireInput => {
  const { inputs, outputs } = describeRequest(request);
  let offset = 0;
  const tensors = inputs.map(({ name, datatype: asked, shape, data, binarySize }) => {
    const described = { name, datatype: asked.toUpperCase(), shape };
    if (data !== undefined) return { ...described, data };
    if (binarySize === undefined) {
      return refuse(
        error(400, `'data' field is missing for input '${name}' for model '${model.name}'`),
      );
    }
    const bytes = rest.subarray(offset, offset + binarySize);
    offset += binarySize;
    return { ...described, bytes: checkBytes(bytes, described) };
  });
  const input = inputOf(tensors, model);
  if (typeof input === 'string') return refuse(error(400, input));
  const values = 'bytes' in input ? floatsOf(input.bytes) : reshaped(floatsIn(input.data), model);
  const stranger = outputs.find((name) => name !== model.output);
  if (stranger !== undefined) {
    return refuse(
      error(400, `Unexpected inference output '${stranger}' for model '${model.name}'`),
    );
  }
  return { kind: 'tensor', values, shape: model.shape };
};

const readJson = (body: Uint8Array, model: ServedModel): WireInput => {
  const json = parse(body, (problem) =>
    isUtf8(body)
      ? invalidJson(problem)
      : jsonAnswer(400, { detail: 'There was an error parsing the body' }),
  );
  // A body may be a request or bytes, and it is told why it is neither.
  const errors = errorsOfInferBody(json, { isDataList: true }).map((problem) => ({
    ...problem,
    loc: ['InferenceRequest', ...problem.loc],
  }));
  if (errors.length > 0 || !(json instanceof Map)) {
    return refuse(invalid([...errors, { ...noBytes(json), loc: ['bytes'] }]));
  }
  return read(json, new Uint8Array(), model);
};

/** How many bytes of JSON a body of bytes begins with, in Python's way to read a number. */
export const jsonLengthOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\s*[+-]?\d+\s*$/.test(text) ? Number(text) : undefined;

const readBytes = (
  body: Uint8Array,
  lengthText: string | undefined,
  model: ServedModel,
): WireInput => {
  if (lengthText === undefined) {
    return refuse(error(400, `received byte inputs, but the'${HEADER_LENGTH}' header is missing.`));
  }
  const length = jsonLengthOf(lengthText);
  if (length === undefined) {
    return refuse(valueError(`invalid literal for int() with base 10: '${lengthText}'`));
  }
  const json = parse(body.subarray(0, length), ({ message }) =>
    error(400, `Unrecognized request format: ${message}`),
  );
  if (!(json instanceof Map) || !json.has('inputs')) {
    return refuse(exception('KeyError', "'inputs'"));
  }
  return read(json, body.subarray(length), model);
};

/**
 * Reads the body of an `infer` request: JSON, or JSON followed by bytes.
 * @throws WireRefusal with the statuses and, but for JSON's syntax, the words recorded from release 0.21.0.
 */
export const readInferRequest = (
  body: Uint8Array,
  kind: BodyKind,
  model: ServedModel,
): WireInput => {
  // Before anything looks at its kind.
  if (body.length === 0) return refuse(invalid([missing([], null)]));
  return kind.kind === 'json' ? readJson(body, model) : readBytes(body, kind.jsonLength, model);
};
