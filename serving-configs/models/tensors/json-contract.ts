/** Writes and reads the JSON of servers with their own format: a body with placeholders for inputs, and pointers to the outputs. */
import type { JsonContract } from '../../running-server.ts';
import { fromHalves, toHalf } from './half.ts';
import {
  bytesOfList,
  textsOf,
  UnreadableTensors,
  valuesOf,
  type NamedTensor,
} from './tensor-body.ts';
import {
  fitsShape,
  sizeOfShape,
  type Datatype,
  type TensorsOfModel,
  type TensorSpec,
} from './tensor-spec.ts';

/** `{{NAME}}`, or `{{NAME[0]}}` for the first item of a batch. The name may be a JSON string, without braces but for their codes. */
const PLACEHOLDER = /\{\{\s*("(?:[^"\\{}]|\\.)*"|[^{}[\]]+?)\s*(\[0\])?\s*\}\}/g;

/** A name as in a placeholder, where it may be a JSON string. */
const nameIn = (written: string): string => {
  if (!written.startsWith('"')) return written;
  try {
    return String(JSON.parse(written));
  } catch {
    return written;
  }
};

/** A JSON string without braces, so that it holds no placeholder. */
const quoted = (name: string): string =>
  JSON.stringify(name).replaceAll(/[{}]/g, (brace) =>
    brace === '{' ? String.raw`\u007b` : String.raw`\u007d`,
  );

/** The values as JSON texts. Unlike a body of the Open Inference Protocol, this JSON can have FP16, because it declares no types. */
const numbersIn = (tensor: NamedTensor): readonly string[] => {
  if (tensor.datatype !== 'FP16') return textsOf(tensor);
  return Array.from(fromHalves(valuesOf(tensor) as Uint16Array), String);
};

const bytesFrom = (values: readonly unknown[], datatype: Datatype, name: string): Uint8Array => {
  if (datatype !== 'FP16') return bytesOfList(values, datatype, name);
  const singles = new Float32Array(bytesOfList(values, 'FP32', name).buffer);
  return new Uint8Array(Uint16Array.from(singles, toHalf).buffer);
};

/** Writes values as nested lists. */
const nested = (texts: readonly string[], shape: readonly number[]): string =>
  shape.reduceRight(
    (inner, size, axis) =>
      Array.from(
        { length: sizeOfShape(shape.slice(0, axis)) },
        (_, at) => `[${inner.slice(at * size, (at + 1) * size).join()}]`,
      ),
    texts,
  )[0] ?? 'null';

/** The names of the placeholders in a body. */
export const placeholdersIn = (body: string): readonly string[] =>
  Array.from(body.matchAll(PLACEHOLDER), ([, written = '']) => nameIn(written));

/**
 * Fills in the placeholders of a request.
 *
 * @param change - Changes the JSON of an input before it is filled in.
 * @throws UnreadableTensors if a placeholder names no input.
 */
export const writeRequest = (
  { body }: JsonContract,
  inputs: readonly NamedTensor[],
  change = (list: string, _name: string): string => list,
): string =>
  body.replaceAll(PLACEHOLDER, (_, written: string, first?: string) => {
    const name = nameIn(written);
    const input = inputs.find((candidate) => candidate.name === name);
    if (input === undefined) throw new UnreadableTensors(`there is no input "${name}"`);
    const { shape } = input;
    return change(nested(numbersIn(input), first === undefined ? shape : shape.slice(1)), name);
  });

const tokensOf = (pointer: string): readonly string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));

const SHOWN_KEYS = 12;

/** Describes a value at which a pointer ends too early. */
const contentText = (value: unknown): string => {
  if (Array.isArray(value)) return `is a list of ${value.length}`;
  if (typeof value !== 'object' || value === null) return 'is a single value';
  return `has ${Object.keys(value).slice(0, SHOWN_KEYS).join(', ') || 'nothing'}`;
};

const valueAt = (json: unknown, pointer: string): unknown => {
  let [value, path] = [json, ''];
  for (const token of tokensOf(pointer)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, token)) {
      const where = path === '' ? 'it' : path;
      throw new UnreadableTensors(`there is nothing at ${pointer}; ${where} ${contentText(value)}`);
    }
    value = (value as Readonly<Record<string, unknown>>)[token];
    path += `/${token}`;
  }
  return value;
};

/** JSON pointers to tensors that are listed by name under a key. */
export const pointersBelow = (
  key: string,
  tensors: readonly Pick<TensorSpec, 'name'>[],
): JsonContract['outputs'] =>
  Object.fromEntries(
    tensors.map(({ name }) => [
      name,
      `/${key}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
    ]),
  );

/** The columns of TensorFlow's format. If there is only one output, its name is omitted. */
export const columnContract = ({ inputs, outputs }: TensorsOfModel): JsonContract => {
  const columns = inputs.map(
    ({ name }) => `${quoted(name)}:{{${/^\w+$/.test(name) ? name : quoted(name)}}}`,
  );
  const [only, ...more] = outputs;
  return {
    body: `{"inputs":{${columns.join()}}}`,
    outputs:
      only === undefined || more.length > 0
        ? pointersBelow('outputs', outputs)
        : { [only.name]: '/outputs' },
  };
};

/** The shape of nested lists, judged by their first items. */
const shapeOf = (value: unknown): readonly number[] =>
  Array.isArray(value) ? [value.length, ...shapeOf(value[0])] : [];

/**
 * Adds dimensions of size 1 in front of a shape that has fewer than wanted, as for a batch of one. An empty list does not show the sizes
 * behind it, so those may be added instead.
 */
const completeShape = (shape: readonly number[], wanted: readonly number[]): readonly number[] => {
  const missing = Math.max(0, wanted.length - shape.length);
  const withHidden = (hidden: number): readonly number[] => [
    ...Array.from({ length: missing - hidden }, () => 1),
    ...shape,
    ...wanted.slice(wanted.length - hidden).map((size) => Math.max(0, size)),
  ];
  const candidates = Array.from({ length: shape.at(-1) === 0 ? missing + 1 : 1 }, (_, hidden) =>
    withHidden(hidden),
  );
  return candidates.find((candidate) => fitsShape(candidate, { shape: wanted })) ?? withHidden(0);
};

/** The values of nested lists. A batch of one is not copied, because `flat` takes several times as long as everything else. */
const valuesIn = (nestedList: unknown): readonly unknown[] => {
  let list = nestedList;
  while (Array.isArray(list) && list.length === 1 && Array.isArray(list[0])) [list] = list;
  if (!Array.isArray(list)) return [list];
  return list.some(Array.isArray) ? (list as unknown[]).flat(Infinity) : list;
};

/**
 * Reads the tensors at the pointers. Dimensions that are missing are added.
 *
 * @throws UnreadableTensors if a tensor is missing, or has values of another type.
 */
export const readAnswer = (
  { outputs }: Pick<JsonContract, 'outputs'>,
  json: unknown,
  wanted: readonly TensorSpec[],
): readonly NamedTensor[] =>
  wanted.map(({ name, datatype, shape }) => {
    const value = valueAt(json, outputs[name] ?? '');
    const values = valuesIn(value);
    return {
      name,
      datatype,
      shape: completeShape(shapeOf(value), shape),
      bytes: bytesFrom(values, datatype, name),
    };
  });

type PlacedText = readonly [tokens: readonly string[], text: string];

const textOf = (placed: readonly PlacedText[]): string => {
  const complete = placed.find(([tokens]) => tokens.length === 0);
  if (complete !== undefined) return complete[1];
  const keys = [...new Set(placed.map(([[key = '']]) => key))];
  const below = (key: string): string =>
    textOf(
      placed.filter(([[first]]) => first === key).map(([tokens, text]) => [tokens.slice(1), text]),
    );
  if (!keys.every((key) => /^\d+$/.test(key))) {
    return `{${keys.map((key) => `${JSON.stringify(key)}:${below(key)}`).join()}}`;
  }
  const items = Array.from({ length: 1 + Math.max(...keys.map(Number)) }, (_, at) =>
    keys.includes(String(at)) ? below(String(at)) : 'null',
  );
  return `[${items.join()}]`;
};

/** Writes an answer that {@link readAnswer} reads. */
export const writeAnswer = ({ outputs }: JsonContract, tensors: readonly NamedTensor[]): string =>
  textOf(
    tensors.map((tensor) => [
      tokensOf(outputs[tensor.name] ?? ''),
      nested(numbersIn(tensor), tensor.shape),
    ]),
  );
