import {
  isObject,
  NumberTensor,
  parseWireJson,
  UnreadableJson,
  type WireJson,
  type WireJsonObject,
} from '../../protocols/wire-json.ts';
import {
  floatsOf,
  MALFORMED,
  type WireAnswer,
  type WireInput,
  WireRefusal,
} from '../../protocols/wire.ts';

/** The model's signatures by name, with the name of their one input. */
export const INPUT_BY_SIGNATURE: Readonly<Record<string, string>> = {
  serving_default: 'image',
  serving_raw: 'raw',
  serving_jpeg: 'jpeg',
};

/** What `serving_raw` reshapes its bytes to. */
export const RAW_SHAPE = [1, 224, 224, 3] as const;
const RAW_LENGTH = 224 * 224 * 3;

const headers = { 'content-type': 'application/json' } as const;

/** An answer of the server's REST API, printed with four blanks. */
export const json = (status: number, value: unknown): WireAnswer => ({
  status,
  headers,
  body: `${JSON.stringify(value, null, 4)}\n`,
});

/** An error as the server prints it: `{ "error": "…" }`. */
export const error = (status: number, message: string): WireAnswer => ({
  status,
  headers,
  body: `{ "error": ${JSON.stringify(message)} }`,
});

const refuse = (): never => {
  throw new WireRefusal(error(400, MALFORMED));
};

const parse = (body: Uint8Array): WireJsonObject => {
  try {
    const request = parseWireJson(body);
    if (isObject(request)) return request;
  } catch (problem) {
    if (!(problem instanceof UnreadableJson)) throw problem;
  }
  return refuse();
};

/** The one input's value, whichever of the two forms the request has, and whether the batch is in front of it. */
const inputOf = (
  request: WireJsonObject,
  name: string,
): { readonly value: WireJson | undefined; readonly batched: boolean } => {
  const { instances, inputs } = request;
  if (Array.isArray(instances)) {
    const [row, ...others] = instances;
    return isObject(row) && others.length === 0 ? { value: row[name], batched: false } : refuse();
  }
  const value = instances ?? inputs;
  return {
    value: isObject(value) && value['b64'] === undefined ? value[name] : value,
    batched: true,
  };
};

const floatTensor = (value: WireJson | undefined, batched: boolean): WireInput => {
  if (!(value instanceof NumberTensor)) return refuse();
  const { shape, values } = value;
  const full = batched ? shape : [1, ...shape];
  const [batch, height = 0, width = 0, channels] = full;
  return full.length === 4 && batch === 1 && channels === 3 && height > 0 && width > 0
    ? { kind: 'tensor', values, shape: full }
    : refuse();
};

/** The input of a signature that takes bytes: one value without dimensions, so only in the columnar form. */
const bytesInput = (value: WireJson | undefined, batched: boolean): Uint8Array => {
  const text = isObject(value) ? value['b64'] : undefined;
  return typeof text === 'string' && batched ? Buffer.from(text, 'base64') : refuse();
};

/**
 * Reads the body of a `:predict` request in row form (`instances`) or in columnar form (`inputs`); see
 * tensorflow/serving, tensorflow_serving/g3doc/api_rest.md.
 * @throws WireRefusal with status 400 where it does not fit the signature that it names.
 */
export const readPredictRequest = (body: Uint8Array): WireInput => {
  const request = parse(body);
  const signature = request['signature_name'] ?? 'serving_default';
  if (typeof signature !== 'string') return refuse();
  const inputName = Object.hasOwn(INPUT_BY_SIGNATURE, signature)
    ? INPUT_BY_SIGNATURE[signature]
    : undefined;
  if (inputName === undefined) return refuse();
  const { value, batched } = inputOf(request, inputName);
  if (signature === 'serving_default') return floatTensor(value, batched);
  const bytes = bytesInput(value, batched);
  if (signature === 'serving_jpeg') return { kind: 'image', bytes };
  return bytes.length === RAW_LENGTH * 4
    ? { kind: 'tensor', values: floatsOf(bytes), shape: RAW_SHAPE }
    : refuse();
};
