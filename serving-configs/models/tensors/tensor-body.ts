/**
 * Reads and writes named tensors as requests and answers of the Open Inference Protocol, version 2: JSON, or JSON followed by the values
 * as bytes (the binary tensor extension).
 * Source: inference_rest.md of the Open Inference Protocol, and its extension for binary tensor data.
 */
import { lossInJson, parseWithNaN } from './json-numbers.ts';
import { DATATYPES, isDatatype, sizeOfShape, type Datatype } from './tensor-spec.ts';

/** The HTTP header with the length of the JSON in a binary body. */
export const HEADER_LENGTH = 'inference-header-content-length';

/** A tensor with its values. */
export interface NamedTensor {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  /** Little-endian values in row-major order; a BOOL takes one byte. */
  readonly bytes: Uint8Array;
}

/** How tensors are encoded. `json` cannot represent FP16. */
export type TensorEncoding = 'binary' | 'json';

/** Tensors are malformed. The message says what is wrong. */
export class UnreadableTensors extends Error {
  override readonly name = 'UnreadableTensors';
}

/** A tensor has a number that JSON cannot represent; the body is well-formed otherwise. */
export class LostInJson extends UnreadableTensors {}

/** The content of a body. */
export interface TensorsRead {
  readonly encoding: TensorEncoding;
  /** The JSON of the body. */
  readonly head: Readonly<Record<string, unknown>>;
  readonly tensors: readonly NamedTensor[];
}

/** Whether a JSON value is valid for a datatype. */
const isValid: Readonly<Record<Exclude<Datatype, 'FP16'>, (value: unknown) => boolean>> = {
  BOOL: (value) => typeof value === 'boolean',
  // Larger numbers would become infinite.
  FP32: (value) =>
    typeof value === 'number' && Number.isFinite(value) === Number.isFinite(Math.fround(value)),
  INT64: Number.isSafeInteger,
  INT32: Number.isInteger,
  UINT8: Number.isInteger,
};

/** The bytes at an offset that typed arrays accept: a multiple of the size of a value. */
const aligned = (bytes: Uint8Array, size: number): Uint8Array =>
  bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);

/** The values of a tensor as a typed array over its bytes: the bits of FP16, and 0 and 1 for BOOL. */
export const valuesOf = ({
  datatype,
  bytes: unaligned,
}: Pick<NamedTensor, 'datatype' | 'bytes'>) => {
  const size = DATATYPES[datatype].bytes;
  const bytes = aligned(unaligned, size);
  const view = [bytes.buffer, bytes.byteOffset, bytes.byteLength / size] as const;
  switch (datatype) {
    case 'FP32':
      return new Float32Array(...view);
    case 'FP16':
      return new Uint16Array(...view);
    case 'INT64':
      return new BigInt64Array(...view);
    case 'INT32':
      return new Int32Array(...view);
    case 'UINT8':
    case 'BOOL':
      return new Uint8Array(...view);
    default:
      return datatype satisfies never;
  }
};

/**
 * The bytes of values from JSON.
 * @throws UnreadableTensors for FP16, and for a value of another type.
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
  const isCorrect = isValid[datatype];
  const wrong = values.find((value) => !isCorrect(value));
  const loss = lossInJson(wrong, datatype);
  if (loss !== undefined) throw new LostInJson(`tensor "${name}" holds ${String(wrong)}, ${loss}`);
  if (wrong !== undefined) {
    throw new UnreadableTensors(
      `tensor "${name}" of type ${datatype} holds ${typeof wrong === 'string' ? 'a text' : JSON.stringify(wrong)}`,
    );
  }
  const bytes = new Uint8Array(values.length * DATATYPES[datatype].bytes);
  const typed = valuesOf({ datatype, bytes });
  if (typed instanceof BigInt64Array) typed.set(values.map((value) => BigInt(Number(value))));
  else typed.set(values as readonly number[]);
  return bytes;
};

/** The end of the JSON object at the beginning of a body; the length of the body if the object does not end. */
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

/** Parses the JSON at the beginning of a body. A body that is only JSON is not searched for its end. */
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
      // It was the last byte of binary values.
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

/** A tensor in the JSON of a body. */
interface ListedTensor extends Omit<NamedTensor, 'bytes'> {
  readonly data: unknown;
  /** How many bytes after the JSON are its values; undefined if its values are in `data`. */
  readonly binarySize: number | undefined;
}

const listedTensor = (value: unknown, key: string): ListedTensor => {
  const { name, datatype, shape, data, parameters } = objectOf(value, `one of "${key}"`);
  if (typeof name !== 'string') throw new UnreadableTensors(`one of "${key}" has no name`);
  if (!isDatatype(datatype)) {
    const known = Object.keys(DATATYPES).join(', ');
    throw new UnreadableTensors(
      `tensor "${name}" has the type ${JSON.stringify(datatype)}; supported types: ${known}`,
    );
  }
  if (!isShape(shape)) throw new UnreadableTensors(`tensor "${name}" has no shape`);
  const { binary_data_size: size } = objectOf(parameters ?? {}, `parameters of "${name}"`);
  return { name, datatype, shape, data, binarySize: typeof size === 'number' ? size : undefined };
};

const bytesOfData = ({ name, datatype, data }: ListedTensor): Uint8Array => {
  if (!Array.isArray(data)) throw new UnreadableTensors(`tensor "${name}" has no values`);
  // The list is usually flat already, and checking that takes a tenth of the time of flat().
  const values = data.some(Array.isArray) ? (data as unknown[]).flat(Infinity) : data;
  return bytesOfList(values, datatype, name);
};

/**
 * Reads the tensors in the list `inputs` or `outputs` of a body. The values of a tensor are its `data`, which may be nested, or
 * `binary_data_size` bytes after the JSON.
 *
 * @param jsonLength - The value of the header {@link HEADER_LENGTH}. Default: the JSON ends with its object.
 * @throws UnreadableTensors that names the tensor and its problem.
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
  const tensors = listed.map((value: unknown): NamedTensor => {
    const tensor = listedTensor(value, key);
    const { name, datatype, shape, binarySize } = tensor;
    let bytes: Uint8Array;
    if (binarySize === undefined) {
      bytes = bytesOfData(tensor);
    } else {
      bytes = body.subarray(at, at + binarySize);
      at += binarySize;
      encoding = 'binary';
    }
    const wanted = sizeOfShape(shape) * DATATYPES[datatype].bytes;
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
 * The values as JSON has them. INT64 is rounded beyond 2^53.
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
 * The values as JSON texts, with all digits of INT64.
 * @throws UnreadableTensors for FP16.
 */
export const textsOf = (tensor: NamedTensor): readonly string[] =>
  Array.from<number | bigint | boolean, string>(
    tensor.datatype === 'INT64' ? valuesOf(tensor) : jsonValuesOf(tensor),
    String,
  );

export interface TensorsWritten {
  /** The parts of the body. The bytes of tensors in the encoding `binary` are not copied. */
  readonly body: readonly Uint8Array[];
  /** If there are such tensors, the value of {@link HEADER_LENGTH}. */
  readonly jsonLength: number | undefined;
}

/**
 * Writes tensors as a body.
 *
 * @param encoding - Of all tensors, or a function that returns it for the name of each.
 * @param head - Further fields for the JSON.
 * @throws UnreadableTensors for FP16 in JSON.
 */
export const writeTensors = (
  tensors: readonly NamedTensor[],
  key: 'inputs' | 'outputs',
  encoding: TensorEncoding | ((name: string) => TensorEncoding),
  head: Readonly<Record<string, unknown>> = {},
): TensorsWritten => {
  const isBinary = ({ name }: NamedTensor): boolean =>
    (typeof encoding === 'string' ? encoding : encoding(name)) === 'binary';
  const before = JSON.stringify(head).slice(0, -1) + (Object.keys(head).length > 0 ? ',' : '');
  const listed = tensors.map((tensor) => {
    const { name, datatype, shape, bytes } = tensor;
    const described = { name, datatype, shape };
    return isBinary(tensor)
      ? JSON.stringify({ ...described, parameters: { binary_data_size: bytes.length } })
      : `${JSON.stringify(described).slice(0, -1)},"data":[${textsOf(tensor).join()}]}`;
  });
  const json = Buffer.from(`${before}"${key}":[${listed.join()}]}`);
  const parts = tensors.filter(isBinary).map(({ bytes }) => bytes);
  const hasParts = encoding === 'binary' || parts.length > 0;
  return { body: [json, ...parts], jsonLength: hasParts ? json.length : undefined };
};
