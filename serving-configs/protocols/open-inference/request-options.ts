import type { TensorEncoding } from '../../models/tensors/tensor-body.ts';
import type { TensorSpec } from '../../models/tensors/tensor-model.ts';

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

/** The fields of a request, perhaps without its inputs. */
const fieldsOf = (json: Buffer): Readonly<Record<string, unknown>> => {
  if (json.length <= GLANCE_BYTES) return objectIn(json.toString()) ?? {};
  const head = json.toString('latin1', 0, GLANCE_BYTES);
  const before = json.toString('utf8', 0, Math.max(head.indexOf('"inputs"'), 0));
  const tail = json.toString('utf8', json.length - GLANCE_BYTES);
  // From the first field after the inputs, the rest is an object whose beginning is missing.
  const fields = [...tail.matchAll(/"(?:id|outputs|parameters)"/g)];
  const after = fields.map(({ index }) => objectIn(`{${tail.slice(index)}`));
  return {
    ...objectIn(before.replace(/,?\s*$/, '}')),
    ...after.find((object) => object !== undefined),
  };
};

interface Parameters {
  readonly binary_data?: boolean;
  readonly binary_data_output?: boolean;
}

/**
 * Finds what a request asks for, by a glance at its JSON, which is not validated.
 * @param takesBinary - Whether the server has the binary tensor extension.
 */
export const optionsIn = (json: Uint8Array, takesBinary: boolean): RequestOptions => {
  const fields = fieldsOf(Buffer.from(json.buffer, json.byteOffset, json.length));
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
