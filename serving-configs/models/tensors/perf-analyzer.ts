/**
 * Reads perf_analyzer's JSON format for inputs and correct answers.
 * Source: docs/input_data.md of perf_analyzer, "Real Input Data" and "Output Validation".
 */
import { lossInJson, parseWithNaN } from './json-numbers.ts';
import { describeTensor, tensorOf } from './make-tensor.ts';
import { UnreadableTensors, type NamedTensor } from './tensor-body.ts';
import {
  DATATYPES,
  fitsShape,
  sizeOfShape,
  type Datatype,
  type TensorsOfModel,
  type TensorSpec,
} from './tensor-spec.ts';

/** The inputs of a request, and the correct answer if the file contains it. */
export interface GivenInputs {
  readonly inputs: readonly NamedTensor[];
  readonly answer?: readonly NamedTensor[];
}

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The values as JSON lists or base64, and the shape if it is given beside `content` or `b64`. */
const contentOf = (entry: unknown): { readonly content: unknown; readonly shape?: unknown } => {
  if (!isObject(entry)) return { content: entry };
  return { content: 'content' in entry ? entry.content : entry, shape: entry.shape };
};

/**
 * The shape of `count` values: the one in the file, the default, or the shape of the model if its only open dimension can be computed.
 * A first open dimension beside others is the batch, which is 1.
 */
const shapeOf = (
  spec: TensorSpec,
  count: number,
  inFile: unknown,
  byDefault: readonly number[] | undefined,
): readonly number[] => {
  const { name, datatype, shape: wanted, isRankOpen } = spec;
  if (Array.isArray(inFile)) {
    const shape = inFile as readonly number[];
    // perf_analyzer omits the batch.
    const fitting = [shape, [1, ...shape]].find((candidate) => fitsShape(candidate, spec));
    if (fitting !== undefined) return fitting;
    throw new UnreadableTensors(
      `"${name}" has the shape [${shape.join(', ')}], and the model has ${describeTensor({ datatype, shape: wanted })}`,
    );
  }
  if (byDefault !== undefined) return byDefault;
  const isOneOpen = wanted.filter((size) => size === -1).length === 1;
  const single = wanted.map((size, axis) => (size === -1 && axis === 0 && !isOneOpen ? 1 : size));
  const open = single.filter((size) => size === -1).length;
  if (open === 0 && isRankOpen === undefined) return single;
  const known = sizeOfShape(single.filter((size) => size !== -1));
  if (open === 1 && known > 0) return single.map((size) => (size === -1 ? count / known : size));
  throw new UnreadableTensors(
    `"${name}" needs a shape: {"content": […], "shape": […]} for ${describeTensor({ datatype, shape: wanted })}`,
  );
};

/** Describes why a value is invalid, and the remedy; undefined if it is valid. */
const problemOf = (value: unknown, datatype: Datatype): string | undefined => {
  const loss = lossInJson(value, datatype);
  if (loss !== undefined) return `${String(value)}, ${loss}: give another value, or {"b64": "…"}`;
  const isValue = typeof value === 'number' || typeof value === 'boolean';
  return isValue ? undefined : `${JSON.stringify(value)}, which is not a number`;
};

const tensorFrom = (
  spec: TensorSpec,
  entry: unknown,
  defaultShape: readonly number[] | undefined,
): NamedTensor => {
  const { name, datatype } = spec;
  const { content, shape: shapeInFile } = contentOf(entry);
  const shapeFor = (count: number): readonly number[] => {
    const shape = shapeOf(spec, count, shapeInFile, defaultShape);
    const wanted = sizeOfShape(shape);
    if (wanted === count && shape.every(Number.isInteger)) return shape;
    throw new UnreadableTensors(
      shape.every(Number.isInteger)
        ? `"${name}" has ${count} values, and the shape [${shape.join(', ')}] holds ${wanted}`
        : `"${name}" has ${count} values, which ${describeTensor(spec)} cannot hold`,
    );
  };
  if (isObject(content) && typeof content.b64 === 'string') {
    const bytes = new Uint8Array(Buffer.from(content.b64, 'base64'));
    return { name, datatype, shape: shapeFor(bytes.length / DATATYPES[datatype].bytes), bytes };
  }
  if (!Array.isArray(content)) {
    throw new UnreadableTensors(`"${name}" is neither a list of values nor {"b64": "…"}`);
  }
  const values = content.flat(Infinity) as readonly unknown[];
  const wrong = values.find((value) => problemOf(value, datatype) !== undefined);
  if (wrong !== undefined) {
    throw new UnreadableTensors(`"${name}" holds ${problemOf(wrong, datatype)}`);
  }
  return tensorOf({ name, datatype, shape: shapeFor(values.length) }, (at) => Number(values[at]));
};

/** Reads the tensors of an entry, which must be exactly those of the model. */
const tensorsOf = (
  specs: readonly TensorSpec[],
  entry: unknown,
  path: string,
  sizes: Readonly<Record<string, readonly number[]>>,
): readonly NamedTensor[] => {
  if (!isObject(entry)) throw new UnreadableTensors(`${path} is not an object of tensors by name`);
  const names = specs.map(({ name }) => name);
  const unknown = Object.keys(entry).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new UnreadableTensors(
      `${path} has "${unknown}", and the model has ${names.map((name) => `"${name}"`).join(', ')}`,
    );
  }
  return specs.map((spec) => {
    const { [spec.name]: data } = entry;
    if (data === undefined) throw new UnreadableTensors(`${path} has no data for "${spec.name}"`);
    try {
      return tensorFrom(spec, data, sizes[spec.name]);
    } catch (error) {
      if (!(error instanceof UnreadableTensors)) throw error;
      throw new UnreadableTensors(`${path}: ${error.message}`, { cause: error });
    }
  });
};

/**
 * Reads a file of perf_analyzer. Streams of sequence models become separate requests.
 *
 * @param sizes - Shapes of inputs that have none in the file, by name.
 * @throws UnreadableTensors that names the entry and its problem.
 */
export const readPerfAnalyzer = (
  text: string,
  { inputs, outputs }: TensorsOfModel,
  sizes: Readonly<Record<string, readonly number[]>>,
): readonly GivenInputs[] => {
  let json: unknown;
  try {
    json = parseWithNaN(text);
  } catch (error) {
    throw new UnreadableTensors('it is not JSON', { cause: error });
  }
  const entriesOf = (key: string): readonly unknown[] | undefined => {
    const value = isObject(json) ? json[key] : undefined;
    return Array.isArray(value) ? (value.flat() as readonly unknown[]) : undefined;
  };
  const [data, answers] = [entriesOf('data'), entriesOf('validation_data')];
  if (data === undefined || data.length === 0) {
    throw new UnreadableTensors('it has no list "data" with inputs');
  }
  if (answers !== undefined && answers.length !== data.length) {
    throw new UnreadableTensors(
      `it has ${data.length} entries in "data" and ${answers.length} in "validation_data"`,
    );
  }
  return data.map((entry, at) => ({
    inputs: tensorsOf(inputs, entry, `data[${at}]`, sizes),
    answer: answers && tensorsOf(outputs, answers[at], `validation_data[${at}]`, {}),
  }));
};
