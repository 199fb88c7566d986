/**
 * Named tensors as bodies of the Open Inference Protocol, version 2, for both of its sides: JSON, or JSON followed by the values as
 * bytes (the binary tensor extension).
 * Source: inference_rest.md of the Open Inference Protocol, and its extension for binary tensor data.
 */
import { DATATYPES, isDatatype, sizeOfShape, type Datatype } from './tensor-model.ts';

/** The header of a request or an answer in bytes that says how long its JSON is. */
export const HEADER_LENGTH = 'inference-header-content-length';

/** A tensor with its values. */
export interface NamedTensor {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  /** Little-endian, the last dimension first; of BOOL a byte each. */
  readonly bytes: Uint8Array;
}

/** How tensors are written: `json` knows no FP16. */
export type TensorEncoding = 'binary' | 'json';

/** Says what is wrong with a body. */
export class UnreadableTensors extends Error {
  override readonly name = 'UnreadableTensors';
}

/** Says that a tensor has a number that JSON cannot carry: the body is as it should be otherwise. */
export class LostInJson extends UnreadableTensors {}

/** What a body holds beside its tensors. */
export interface TensorsRead {
  readonly encoding: TensorEncoding;
  readonly head: Readonly<Record<string, unknown>>;
  readonly tensors: readonly NamedTensor[];
}

/** Whether a value of JSON is one of a type. */
const isOf: Readonly<Record<Exclude<Datatype, 'FP16'>, (value: unknown) => boolean>> = {
  BOOL: (value) => typeof value === 'boolean',
  // Larger ones would become infinite.
  FP32: (value) =>
    typeof value === 'number' && Number.isFinite(value) === Number.isFinite(Math.fround(value)),
  INT64: Number.isSafeInteger,
  INT32: Number.isInteger,
  UINT8: Number.isInteger,
};

const NOT_A_NUMBER = /(?<![\w"])-?(?:NaN|Inf(?:inity)?)\b(?!")/g;

/** The first token of a text that Python and some servers write although JSON has no such number. */
export const notANumberIn = (text: string): string | undefined => text.match(NOT_A_NUMBER)?.[0];

/**
 * Reads JSON, also with such tokens, which become texts.
 * @throws SyntaxError
 */
export const parseWithNaN = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return JSON.parse(text.replaceAll(NOT_A_NUMBER, '"$&"'));
  }
};

/** Why JSON cannot carry a number, given as {@link parseWithNaN} reads it; undefined where it can, or where it is no number. */
export const lossInJson = (value: unknown, datatype: Datatype): string | undefined => {
  if (typeof value === 'string' && notANumberIn(value) === value) return 'which JSON does not have';
  const isRounded = datatype === 'INT64' && Number.isInteger(value) && !Number.isSafeInteger(value);
  return isRounded ? 'and JSON numbers are exact only up to 2^53' : undefined;
};

/** Bytes that begin at a multiple of the size of a value, as typed arrays want them. */
const aligned = (bytes: Uint8Array, size: number): Uint8Array =>
  bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);

/** The values of a tensor as a typed array over its bytes; of FP16 its bits, of BOOL 0 and 1. */
export const valuesOf = ({ datatype, bytes: given }: Pick<NamedTensor, 'datatype' | 'bytes'>) => {
  const size = DATATYPES[datatype].bytes;
  const bytes = aligned(given, size);
  const place = [bytes.buffer, bytes.byteOffset, bytes.byteLength / size] as const;
  switch (datatype) {
    case 'FP32':
      return new Float32Array(...place);
    case 'FP16':
      return new Uint16Array(...place);
    case 'INT64':
      return new BigInt64Array(...place);
    case 'INT32':
      return new Int32Array(...place);
    case 'UINT8':
    case 'BOOL':
      return new Uint8Array(...place);
    default:
      return datatype satisfies never;
  }
};

/**
 * The bytes of values that came as JSON.
 * @throws UnreadableTensors for FP16, and for a value that is none of the type.
 */
export const bytesOfList = (
  values: readonly unknown[],
  datatype: Datatype,
  name: string,
): Uint8Array => {
  if (datatype === 'FP16') {
    throw new UnreadableTensors(
      `tensor "${name}" has the type FP16, which JSON cannot represent: send it as bytes`,
    );
  }
  const isRight = isOf[datatype];
  const wrong = values.find((value) => !isRight(value));
  const loss = lossInJson(wrong, datatype);
  if (loss !== undefined) throw new LostInJson(`tensor "${name}" holds ${String(wrong)}, ${loss}`);
  if (wrong !== undefined) {
    throw new UnreadableTensors(
      `tensor "${name}" of type ${datatype} holds ${JSON.stringify(wrong)}`,
    );
  }
  const bytes = new Uint8Array(values.length * DATATYPES[datatype].bytes);
  const typed = valuesOf({ datatype, bytes });
  if (typed instanceof BigInt64Array) typed.set(values.map((value) => BigInt(Number(value))));
  else typed.set(values as readonly number[]);
  return bytes;
};

/** The place behind the JSON object that a body begins with; the length of the body where it does not end. */
export const endOfObject = (body: Uint8Array): number => {
  let depth = 0;
  let isText = false;
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at];
    if (isText) {
      if (byte === 0x5c) at += 1;
      else if (byte === 0x22) isText = false;
    } else if (byte === 0x22) isText = true;
    else if (byte === 0x7b) depth += 1;
    else if (byte === 0x7d) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return body.length;
};

const CLOSING_BRACE = 0x7d;

/** The JSON that a body begins with, and its length. A body that is no more than that is not searched for its end. */
const readHead = (
  body: Uint8Array,
  jsonLength: number | undefined,
): { readonly json: unknown; readonly length: number } => {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
  const read = (length: number, parse = parseWithNaN) => ({
    json: parse(bytes.toString('utf8', 0, length)),
    length,
  });
  if (jsonLength === undefined && bytes.at(-1) === CLOSING_BRACE) {
    try {
      return read(bytes.length, JSON.parse);
    } catch {
      // The last of the values behind it has such a byte.
    }
  }
  return read(jsonLength ?? endOfObject(body));
};

const objectOf = (value: unknown, what: string): Readonly<Record<string, unknown>> => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  throw new UnreadableTensors(`${what} is not a JSON object`);
};

const isShape = (shape: unknown): shape is readonly number[] =>
  Array.isArray(shape) && shape.every((size) => Number.isInteger(size) && (size as number) >= 0);

/**
 * Reads `inputs` or `outputs`. The values of a tensor are its `data`, nested or not, or its `binary_data_size` bytes behind the JSON.
 *
 * @param jsonLength - Of the header {@link HEADER_LENGTH}; without it the JSON ends with its object.
 * @throws UnreadableTensors, with what is wrong with which tensor.
 */
export const readTensors = (
  body: Uint8Array,
  key: 'inputs' | 'outputs',
  jsonLength?: number,
): TensorsRead => {
  let read: ReturnType<typeof readHead>;
  try {
    read = readHead(body, jsonLength);
  } catch (error) {
    throw new UnreadableTensors('the body does not begin with a JSON object', { cause: error });
  }
  const head = objectOf(read.json, 'the body');
  const { [key]: listed } = head;
  if (!Array.isArray(listed)) throw new UnreadableTensors(`the body has no list "${key}"`);
  let at = read.length;
  let encoding: TensorEncoding = 'json';
  const tensors = listed.map((given: unknown): NamedTensor => {
    const { name, datatype, shape, data, parameters } = objectOf(given, `one of "${key}"`);
    if (typeof name !== 'string') throw new UnreadableTensors(`one of "${key}" has no name`);
    if (!isDatatype(datatype)) {
      const known = Object.keys(DATATYPES).join(', ');
      throw new UnreadableTensors(
        `tensor "${name}" has the type ${JSON.stringify(datatype)}; supported types: ${known}`,
      );
    }
    if (!isShape(shape)) throw new UnreadableTensors(`tensor "${name}" has no shape`);
    const wanted = sizeOfShape(shape) * DATATYPES[datatype].bytes;
    const { binary_data_size: size } = objectOf(parameters ?? {}, `parameters of "${name}"`);
    let bytes: Uint8Array;
    if (typeof size === 'number') {
      bytes = body.subarray(at, at + size);
      at += size;
      encoding = 'binary';
    } else if (Array.isArray(data)) {
      // Usually flat, and to see that takes a tenth of the time.
      const values = data.some(Array.isArray) ? (data as unknown[]).flat(Infinity) : data;
      bytes = bytesOfList(values, datatype, name);
    } else throw new UnreadableTensors(`tensor "${name}" has no values`);
    if (bytes.length !== wanted) {
      throw new UnreadableTensors(
        `tensor "${name}" of shape [${shape.join()}] has ${bytes.length} bytes of values instead of ${wanted}`,
      );
    }
    return { name, datatype, shape, bytes };
  });
  return { encoding, head, tensors };
};

/**
 * The values as JSON has them; of INT64 as doubles.
 *
 * @throws UnreadableTensors for FP16.
 */
export const jsonValuesOf = (tensor: NamedTensor): readonly (number | boolean)[] => {
  const { name, datatype, bytes } = tensor;
  if (datatype === 'FP16') {
    throw new UnreadableTensors(`tensor "${name}" has the type FP16, which JSON cannot represent`);
  }
  if (datatype === 'BOOL') return Array.from(bytes, (value) => value !== 0);
  const values = valuesOf(tensor);
  return values instanceof BigInt64Array ? Array.from(values, Number) : [...values];
};

/**
 * The same as texts, all digits of INT64 included.
 * @throws UnreadableTensors for FP16.
 */
export const textsOf = (tensor: NamedTensor): readonly string[] =>
  Array.from<number | bigint | boolean, string>(
    tensor.datatype === 'INT64' ? valuesOf(tensor) : jsonValuesOf(tensor),
    String,
  );

/** A body, and with `binary` what {@link HEADER_LENGTH} says of it. */
export interface TensorsWritten {
  readonly body: readonly Uint8Array[];
  readonly jsonLength: number | undefined;
}

/**
 * Writes tensors; those of `binary` are parts of the body and not copied.
 *
 * @param head - What stands beside them in the JSON.
 * @throws UnreadableTensors for FP16 as JSON.
 */
export const writeTensors = (
  tensors: readonly NamedTensor[],
  key: 'inputs' | 'outputs',
  encoding: TensorEncoding,
  head: Readonly<Record<string, unknown>> = {},
): TensorsWritten => {
  const before = JSON.stringify(head).slice(0, -1) + (Object.keys(head).length > 0 ? ',' : '');
  const listed = tensors.map((tensor) => {
    const { name, datatype, shape, bytes } = tensor;
    const described = { name, datatype, shape };
    return encoding === 'binary'
      ? JSON.stringify({ ...described, parameters: { binary_data_size: bytes.length } })
      : `${JSON.stringify(described).slice(0, -1)},"data":[${textsOf(tensor).join()}]}`;
  });
  const json = Buffer.from(`${before}"${key}":[${listed.join()}]}`);
  if (encoding === 'json') return { body: [json], jsonLength: undefined };
  return { body: [json, ...tensors.map(({ bytes }) => bytes)], jsonLength: json.length };
};
