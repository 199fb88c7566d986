import type { TensorEncoding } from '../../models/tensors/tensor-body.ts';
import type { TensorSpec } from '../../models/tensors/tensor-spec.ts';

/** An output that a request asks for. */
export interface WantedOutput {
  readonly name: string;
  readonly encoding: TensorEncoding;
}

/** What a request says besides its inputs. */
export interface RequestOptions {
  readonly id: string | undefined;
  /** Undefined: all outputs, in the encoding {@link RequestOptions.encoding}. */
  readonly outputs: readonly WantedOutput[] | undefined;
  readonly encoding: TensorEncoding;
}

/** Longer JSON is parsed only before and after the inputs, because those may have millions of numbers. */
const GLANCE_BYTES = 4096;

const objectIn = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
};

const INPUTS = Buffer.from('"inputs"');
const KEYS = ['"id"', '"outputs"', '"parameters"'].map((key) => Buffer.from(key));

/** The parts of the JSON that have the fields besides the inputs: all of it, or what stands before and after the inputs. */
const partsOf = (json: Buffer): readonly Buffer[] => {
  if (json.length <= GLANCE_BYTES) return [json];
  const inputs = json.subarray(0, GLANCE_BYTES).indexOf(INPUTS);
  const tail = json.subarray(json.length - GLANCE_BYTES);
  const starts = KEYS.map((key) => tail.indexOf(key)).filter((at) => at >= 0);
  return [json.subarray(0, Math.max(inputs, 0)), tail.subarray(Math.min(...starts, tail.length))];
};

/** The fields in the parts of a request. */
const fieldsIn = ([before = Buffer.of(), after]: readonly Buffer[]): Readonly<
  Record<string, unknown>
> => {
  if (after === undefined) return objectIn(before.toString()) ?? {};
  const text = after.toString();
  // From the first field after the inputs, the rest is an object whose beginning is missing. An input may have such fields too.
  const rests = [...text.matchAll(/"(?:id|outputs|parameters)"/g)].map(({ index }) =>
    objectIn(`{${text.slice(index)}`),
  );
  return {
    ...objectIn(before.toString().replace(/,?\s*$/, '}')),
    ...rests.find((object) => object !== undefined),
  };
};

interface Parameters {
  readonly binary_data?: boolean;
  readonly binary_data_output?: boolean;
}

const optionsIn = (
  fields: Readonly<Record<string, unknown>>,
  takesBinary: boolean,
): RequestOptions => {
  const { id, outputs, parameters } = fields as {
    readonly id?: unknown;
    readonly outputs?: unknown;
    readonly parameters?: Parameters | null;
  };
  const encodingOf = (isBinary: boolean | undefined): TensorEncoding =>
    takesBinary && isBinary === true ? 'binary' : 'json';
  const isBinary = parameters?.binary_data_output;
  const listed = (Array.isArray(outputs) ? outputs : []) as readonly ({
    readonly name: unknown;
    readonly parameters?: Parameters | null;
  } | null)[];
  return {
    id: typeof id === 'string' ? id : undefined,
    outputs:
      listed.length === 0
        ? undefined
        : listed.map((output) => ({
            name: String(output?.name),
            encoding: encodingOf(output?.parameters?.binary_data ?? isBinary),
          })),
    encoding: encodingOf(isBinary),
  };
};

/**
 * Creates a function that finds what a request asks for, by a glance at its JSON, which it does not validate. For a request that asks
 * for the same as the last one, it returns the same object, which takes a tenth of the time.
 * @param takesBinary - Whether the server has the binary tensor extension.
 */
export const createOptionsReader = (
  takesBinary: boolean,
): ((json: Uint8Array) => RequestOptions) => {
  let lastParts: readonly Buffer[] = [];
  let last: RequestOptions | undefined;
  return (json) => {
    const parts = partsOf(Buffer.from(json.buffer, json.byteOffset, json.length));
    const isSame =
      parts.length === lastParts.length &&
      parts.every((part, at) => lastParts[at]?.equals(part) === true);
    if (isSame && last !== undefined) return last;
    lastParts = parts.map((part) => Buffer.from(part));
    last = optionsIn(fieldsIn(parts), takesBinary);
    return last;
  };
};

/**
 * The outputs of an answer, in the order of the model.
 * @param selects - Whether the server leaves out the outputs that a request does not list.
 */
export const answeredOutputs = (
  { outputs: wanted, encoding }: RequestOptions,
  specs: readonly TensorSpec[],
  selects: boolean,
): readonly WantedOutput[] => {
  const all = specs.map(
    ({ name }) => wanted?.find((output) => output.name === name) ?? { name, encoding },
  );
  return selects && wanted !== undefined ? all.filter((output) => wanted.includes(output)) : all;
};
