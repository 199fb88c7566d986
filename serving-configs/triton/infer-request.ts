import { floatsOf, sizeOfShape, WireRefusal, type WireInput } from '../wire.ts';
import {
  JsonSyntaxError,
  parseWireJson,
  RaggedLists,
  TensorNode,
  type WireJson,
  type WireJsonObject,
} from '../wire-json.ts';
import type { ServedModel } from './served-model.ts';
import { error, PLAIN } from './wire-answers.ts';

type HeaderValue = string | string[] | undefined;

const DATA_TYPES = new Set(
  'BOOL UINT8 UINT16 UINT32 UINT64 INT8 INT16 INT32 INT64 FP16 FP32 FP64 BF16 BYTES'.split(' '),
);

const refuse = (status: number, message: string, contentType?: string): never => {
  throw new WireRefusal(error(status, message, contentType));
};

const isObject = (value: WireJson | undefined): value is WireJsonObject => value instanceof Map;
const listOf = (value: WireJson | undefined): readonly WireJson[] =>
  Array.isArray(value) ? (value as readonly WireJson[]) : [];
const textOf = (value: WireJson | undefined): string => (typeof value === 'string' ? value : '');

/** How many bytes of JSON come first; `undefined` for all of them. What is no number counts as 0, as in Triton. */
const jsonLength = (headerLength: HeaderValue): number | undefined => {
  if (headerLength === undefined) return undefined;
  const length = Number.parseInt(String(headerLength), 10);
  return Number.isNaN(length) ? 0 : length;
};

const EDGE_BYTES = 1024;

/** The form of the answer that a request asks for: `binary` or `json`, a colon, and its id. */
export const formOf = (body: Uint8Array, headerLength: HeaderValue): string => {
  const length = jsonLength(headerLength) ?? body.length;
  if (length === 0) return 'binary:';
  const text = Buffer.from(body.buffer, body.byteOffset, Math.min(length, body.length));
  // Between its ends a long request holds numbers only.
  const edges =
    text.length <= 2 * EDGE_BYTES
      ? text.toString('latin1')
      : text.toString('latin1', 0, EDGE_BYTES) + text.toString('latin1', text.length - EDGE_BYTES);
  const ofOutput = /"binary_data"\s*:\s*(true|false)/.exec(edges)?.[1];
  const ofAll = /"binary_data_output"\s*:\s*(true|false)/.exec(edges)?.[1];
  const id = /"id"\s*:\s*"([^"\\]*)"/.exec(edges)?.[1] ?? '';
  return `${(ofOutput ?? ofAll) === 'true' ? 'binary' : 'json'}:${id}`;
};

const parse = (bytes: Uint8Array): WireJsonObject => {
  try {
    // Triton's parser stops where the first value ends.
    const json = parseWireJson(bytes, { rest: 'ignore' });
    if (isObject(json)) return json;
  } catch (problem) {
    if (problem instanceof JsonSyntaxError) {
      return refuse(
        500,
        `failed to parse the request JSON buffer: ${problem.reason} at ${problem.offset}`,
        PLAIN,
      );
    }
    if (!(problem instanceof RaggedLists)) throw problem;
    return refuse(
      500,
      "Unable to parse 'data': Shape does not match true shape of 'data' field",
      PLAIN,
    );
  }
  return refuse(400, 'failed to parse the request JSON buffer: not an object', PLAIN);
};

const parameterOf = (owner: WireJsonObject, name: string): WireJson | undefined => {
  const parameters = owner.get('parameters');
  return isObject(parameters) ? parameters.get(name) : undefined;
};

/** The one input of the request, its name, type and shape checked. */
const inputOf = (request: WireJsonObject, model: ServedModel, prefix: string): WireJsonObject => {
  const inputs = listOf(request.get('inputs')).filter((item) => isObject(item));
  const stranger = inputs.find((item) => item.get('name') !== model.input);
  if (stranger !== undefined) {
    return refuse(
      400,
      `${prefix}unexpected inference input '${textOf(stranger.get('name'))}' for model '${model.name}'`,
    );
  }
  const [input] = inputs;
  if (input === undefined || inputs.length !== 1) {
    return refuse(
      400,
      `${prefix}expected 1 inputs but got ${inputs.length} inputs for model '${model.name}'. Got input(s) ` +
        `[], but missing required input(s) ['${model.input}']. Please provide all required input(s).`,
    );
  }
  const dataType = textOf(input.get('datatype'));
  if (dataType !== 'FP32') {
    return refuse(
      400,
      `${prefix}inference input '${model.input}' data-type is '${DATA_TYPES.has(dataType) ? dataType : '<invalid>'}', ` +
        `but model '${model.name}' expects 'FP32'`,
    );
  }
  const shapeNode = input.get('shape');
  const shape = shapeNode instanceof TensorNode ? Array.from(shapeNode.tensor.values) : [];
  if (shape.join() !== model.shape.join()) {
    return refuse(
      400,
      `${prefix}unexpected shape for input '${model.input}' for model '${model.name}'. ` +
        `Expected [${model.shape.join()}], got [${shape.join()}]. `,
    );
  }
  return input;
};

const checkOutputs = (request: WireJsonObject, model: ServedModel, prefix: string): void => {
  for (const output of listOf(request.get('outputs'))) {
    const name = isObject(output) ? textOf(output.get('name')) : '';
    if (name !== model.output) {
      refuse(400, `${prefix}unexpected inference output '${name}' for model '${model.name}'`);
    }
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
      PLAIN,
    );
  }
  if (rest.length > size) {
    return refuse(400, `unexpected additional input data for model '${model.name}'`, PLAIN);
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
  if (!(data instanceof TensorNode)) {
    return refuse(
      500,
      "Unable to parse 'data': attempt to access JSON non-number as double",
      PLAIN,
    );
  }
  const { shape, values } = data.tensor;
  const flat = shape.length === 1 && values.length === sizeOfShape(model.shape);
  if (!flat && shape.join() !== model.shape.join()) {
    return refuse(
      500,
      "Unable to parse 'data': Shape does not match true shape of 'data' field",
      PLAIN,
    );
  }
  return values;
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
  const request = parse(body.subarray(0, length));
  const prefix = `[request id: ${textOf(request.get('id')) || '<id_unknown>'}] `;
  const input = inputOf(request, model, prefix);
  checkOutputs(request, model, prefix);
  const size = parameterOf(input, 'binary_data_size');
  const rest = body.subarray(length);
  const values =
    typeof size === 'number'
      ? binaryValues(rest, size, model, prefix)
      : jsonValues(input.get('data'), model);
  return { kind: 'tensor', values, shape: model.shape };
};
