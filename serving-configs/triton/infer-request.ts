import { answerFormOf } from '../open-inference/answer-form.ts';
import {
  describeRequest,
  numbersIn,
  type DescribedRequest,
  type DescribedTensor,
} from '../open-inference/infer-request.ts';
import type { ServedModel } from '../open-inference/served-model.ts';
import { floatsOf, sizeOfShape, WireRefusal, type WireInput } from '../wire.ts';
import {
  JsonSyntaxError,
  parseWireJson,
  RaggedLists,
  TensorNode,
  type WireJson,
  type WireJsonObject,
} from '../wire-json.ts';
import { error, PLAIN } from './wire-answers.ts';

type HeaderValue = string | string[] | undefined;

const DATA_TYPES = new Set(
  'BOOL UINT8 UINT16 UINT32 UINT64 INT8 INT16 INT32 INT64 FP16 FP32 FP64 BF16 BYTES'.split(' '),
);

const NO_INPUTS = "Unable to parse 'inputs': attempt to access non-existing object member 'inputs'";
const INPUTS_NO_LIST = "Unable to parse 'inputs': attempt to access JSON non-array as array";
const OTHER_SHAPE = "Unable to parse 'data': Shape does not match true shape of 'data' field";

const refuse = (status: number, message: string, contentType?: string): never => {
  throw new WireRefusal(error(status, message, contentType));
};

/** How many bytes of JSON come first; `undefined` for all of them. What is no number counts as 0, as in Triton. */
const jsonLength = (headerLength: HeaderValue): number | undefined => {
  if (headerLength === undefined) return undefined;
  const length = Number.parseInt(String(headerLength), 10);
  return Number.isNaN(length) ? 0 : length;
};

/** The form of the answer that a request asks for; see {@link answerFormOf}. */
export const formOf = (body: Uint8Array, headerLength: HeaderValue): string =>
  answerFormOf(body, jsonLength(headerLength) ?? body.length);

const parse = (bytes: Uint8Array): WireJsonObject => {
  try {
    // Triton's parser stops where the first value ends.
    const json = parseWireJson(bytes, { rest: 'ignore' });
    if (json instanceof Map) return json;
  } catch (problem) {
    if (problem instanceof JsonSyntaxError) {
      // Its parser's own words, but for the quotes.
      const reason = problem.reason.replace(/ or ([\]}]) /, " or '$1' ");
      return refuse(500, `failed to parse the request JSON buffer: ${reason} at ${problem.offset}`);
    }
    if (!(problem instanceof RaggedLists)) throw problem;
    return refuse(500, OTHER_SHAPE);
  }
  return refuse(500, NO_INPUTS);
};

/** A list of numbers, or an empty one, is read as a tensor. */
const isList = (value: WireJson | undefined): boolean =>
  Array.isArray(value) || value instanceof TensorNode;

/** The one input of the request, its name, type and shape checked. */
const inputOf = (
  { inputs }: DescribedRequest,
  model: ServedModel,
  prefix: string,
): DescribedTensor => {
  const stranger = inputs.find(({ name }) => name !== model.input);
  if (stranger !== undefined) {
    return refuse(400, `unexpected inference input '${stranger.name}' for model '${model.name}'`);
  }
  const [input] = inputs;
  if (input === undefined || inputs.length !== 1) {
    return refuse(
      400,
      `${prefix}expected 1 inputs but got ${inputs.length} inputs for model '${model.name}'. Got input(s) ` +
        `[], but missing required input(s) ['${model.input}']. Please provide all required input(s).`,
    );
  }
  const { datatype, shape } = input;
  if (datatype !== 'FP32') {
    return refuse(
      400,
      `${prefix}inference input '${model.input}' data-type is '${DATA_TYPES.has(datatype) ? datatype : '<invalid>'}', ` +
        `but model '${model.name}' expects 'FP32'`,
    );
  }
  if (shape.join() !== model.shape.join()) {
    return refuse(
      400,
      `${prefix}unexpected shape for input '${model.input}' for model '${model.name}'. ` +
        `Expected [${model.shape.join()}], got [${shape.join()}]. `,
    );
  }
  return input;
};

const checkOutputs = ({ outputs }: DescribedRequest, model: ServedModel): void => {
  const wrong = outputs.find((name) => name !== model.output);
  if (wrong !== undefined) {
    refuse(400, `unexpected inference output '${wrong}' for model '${model.name}'`);
  }
};

const rawForm = (body: Uint8Array, model: ServedModel): WireInput => {
  const expected = 4 * sizeOfShape(model.shape);
  if (body.length !== expected) {
    refuse(
      400,
      `[request id: <id_unknown>] input byte size mismatch for input 'raw_input' for model '${model.name}'. ` +
        `Expected ${expected}, got ${body.length}`,
    );
  }
  return { kind: 'tensor', values: floatsOf(body), shape: model.shape };
};

const binaryValues = (
  rest: Uint8Array,
  size: number,
  model: ServedModel,
  prefix: string,
): Float32Array => {
  const about = `for input '${model.input}'`;
  if (rest.length < size) {
    return refuse(
      400,
      `unexpected size ${about}, expecting ${size - rest.length} additional bytes for model '${model.name}'`,
    );
  }
  if (rest.length > size) {
    return refuse(400, `unexpected additional input data for model '${model.name}'`);
  }
  const expected = 4 * sizeOfShape(model.shape);
  if (size !== expected) {
    return refuse(
      400,
      `${prefix}input byte size mismatch ${about} for model '${model.name}'. Expected ${expected}, got ${size}`,
    );
  }
  return floatsOf(rest);
};

const jsonValues = (data: WireJson | undefined, model: ServedModel): Float32Array => {
  const numbers = numbersIn(data, model.shape);
  if (numbers === 'no-numbers') {
    return refuse(500, "Unable to parse 'data': attempt to access JSON non-number as double");
  }
  if (numbers === 'other-shape') return refuse(500, OTHER_SHAPE);
  return numbers;
};

/**
 * Reads the body of an `infer` request: JSON, JSON followed by bytes, or bytes alone; see
 * triton-inference-server/server, docs/protocol/extension_binary_data.md.
 * @param headerLength - Value of the header `Inference-Header-Content-Length`.
 * @throws WireRefusal with the status and words recorded from server 2.51.0.
 */
export const readInferRequest = (
  body: Uint8Array,
  headerLength: HeaderValue,
  model: ServedModel,
): WireInput => {
  const length = jsonLength(headerLength) ?? body.length;
  if (length === 0) return rawForm(body, model);
  if (length < 0 || length > body.length) {
    return refuse(
      400,
      `inference header size should be in range (0, ${body.length}), got: ${length}`,
      PLAIN,
    );
  }
  const json = parse(body.subarray(0, length));
  if (!json.has('inputs')) return refuse(500, NO_INPUTS);
  if (!isList(json.get('inputs'))) return refuse(500, INPUTS_NO_LIST);
  const request = describeRequest(json);
  const prefix = `[request id: ${request.id || '<id_unknown>'}] `;
  const input = inputOf(request, model, prefix);
  checkOutputs(request, model);
  const values =
    input.binarySize === undefined
      ? jsonValues(input.data, model)
      : binaryValues(body.subarray(length), input.binarySize, model, prefix);
  return { kind: 'tensor', values, shape: model.shape };
};
