import { floatsOf, WireRefusal, type WireInput } from '../wire.ts';
import {
  JsonSyntaxError,
  parseWireJson,
  RaggedLists,
  TensorNode,
  type NumberTensor,
  type WireJson,
  type WireJsonObject,
} from '../wire-json.ts';
import { INPUT_BY_SIGNATURE, RAW_LENGTH, RAW_SHAPE } from './signatures.ts';
import { error } from './wire-answers.ts';

const refuse = (message: string): never => {
  throw new WireRefusal(error(400, message));
};

const isObject = (value: WireJson | undefined): value is WireJsonObject => value instanceof Map;

const base64Of = (value: WireJson | undefined): string | undefined => {
  if (!isObject(value) || value.size !== 1) return undefined;
  const text = value.get('b64');
  return typeof text === 'string' ? text : undefined;
};

const decodeBase64 = (text: string): Uint8Array => {
  const bytes = Buffer.from(text, 'base64');
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  // Node skips what is no base64; the server does not.
  if (bytes.length !== Math.floor(((text.length - padding) * 3) / 4)) {
    refuse('Unable to base64 decode');
  }
  return bytes;
};

const parse = (body: Uint8Array): WireJsonObject => {
  let json: WireJson;
  try {
    json = parseWireJson(body);
  } catch (problem) {
    if (problem instanceof JsonSyntaxError) return refuse(`JSON Parse error: ${problem.message}`);
    if (problem instanceof RaggedLists) {
      return refuse(`Encountered list at unexpected size: ${problem.message}`);
    }
    throw problem;
  }
  return isObject(json) ? json : refuse('JSON Value: Is not object');
};

/** The one input's value, with the batch in front, whichever of the two forms the request has. */
const inputOf = (
  request: WireJsonObject,
  inputName: string,
): { readonly value: WireJson; readonly batched: boolean } => {
  const instances = request.get('instances');
  const inputs = request.get('inputs');
  if (instances !== undefined && inputs !== undefined) {
    return refuse(
      "JSON Value: Not formatted correctly expecting only one of 'inputs' or 'instances' keys to exist ",
    );
  }
  if (instances !== undefined) {
    if (instances instanceof TensorNode) return { value: instances, batched: true };
    if (!Array.isArray(instances)) {
      return refuse("JSON Value: Excepting 'instances' to be an list/array");
    }
    const items = instances as readonly WireJson[];
    const first = items[0];
    if (first === undefined) return refuse("JSON Value: No values in 'instances' array");
    if (items.length > 1) return refuse(`Expected batch size 1, got ${items.length}`);
    if (!isObject(first) || base64Of(first) !== undefined) return { value: first, batched: false };
    const value = first.get(inputName);
    if (value === undefined || first.size !== 1) {
      return refuse(
        `Failed to process element: 0 of 'instances' list. keys must be equal to: ${inputName}`,
      );
    }
    return { value, batched: false };
  }
  if (inputs === undefined) return refuse("Missing 'inputs' or 'instances' key");
  if (!isObject(inputs) || base64Of(inputs) !== undefined) return { value: inputs, batched: true };
  const value = inputs.get(inputName);
  if (value === undefined) {
    return refuse(`Missing named input: ${inputName} in 'inputs' object.`);
  }
  return { value, batched: true };
};

const floatTensor = ({ shape, values }: NumberTensor, batched: boolean): WireInput => {
  const full = batched ? shape : [1, ...shape];
  const [batch, height = 0, width = 0, channels] = full;
  if (full.length !== 4 || batch !== 1 || channels !== 3 || height === 0 || width === 0) {
    return refuse(
      `input must be of shape [1,?,?,3] for signature serving_default, but got [${full.join(',')}]`,
    );
  }
  return { kind: 'tensor', values, shape: full };
};

/** The input of a signature that takes bytes: one value without dimensions, so only in the columnar form. */
const bytesInput = (value: WireJson, batched: boolean): Uint8Array => {
  const text = base64Of(value);
  if (text === undefined) {
    return refuse('JSON Value: not formatted correctly for base64 data');
  }
  if (!batched) return refuse('input must be a scalar, but got shape [1]');
  return decodeBase64(text);
};

const rawTensor = (bytes: Uint8Array): WireInput => {
  if (bytes.length % 4 !== 0) {
    return refuse(
      `Input to DecodeRaw has length ${bytes.length} that is not a multiple of 4, the size of float`,
    );
  }
  if (bytes.length !== RAW_LENGTH * 4) {
    return refuse(
      `Input to reshape is a tensor with ${bytes.length / 4} values, but the requested shape has ${RAW_LENGTH}`,
    );
  }
  return { kind: 'tensor', values: floatsOf(bytes), shape: RAW_SHAPE };
};

/**
 * Reads the body of a `:predict` request in row form (`instances`) or in columnar form (`inputs`); see
 * tensorflow/serving, tensorflow_serving/g3doc/api_rest.md.
 * @throws WireRefusal with status 400 where it does not fit the signature that it names.
 */
export const readPredictRequest = (body: Uint8Array): WireInput => {
  const request = parse(body);
  const asked = request.get('signature_name') ?? '';
  if (typeof asked !== 'string') {
    return refuse(
      "JSON Value: not formatted correctly. 'signature_name' key must be a string value.",
    );
  }
  const signature = asked === '' ? 'serving_default' : asked;
  const inputName = Object.hasOwn(INPUT_BY_SIGNATURE, signature)
    ? INPUT_BY_SIGNATURE[signature]
    : undefined;
  if (inputName === undefined) {
    return refuse(`Serving signature name: "${signature}" not found in signature def`);
  }
  const { value, batched } = inputOf(request, inputName);
  if (signature === 'serving_default') {
    if (value instanceof TensorNode) return floatTensor(value.tensor, batched);
    return refuse('JSON Value is not of expected type: float');
  }
  const bytes = bytesInput(value, batched);
  return signature === 'serving_raw' ? rawTensor(bytes) : { kind: 'image', bytes };
};
