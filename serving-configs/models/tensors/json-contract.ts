/** Requests and answers of servers with JSON of their own: a body with places for inputs, and the places of outputs. */
import type { JsonContract } from '../../running-server.ts';
import { fromHalves, toHalf } from './half.ts';
import {
  bytesOfList,
  textsOf,
  UnreadableTensors,
  valuesOf,
  type NamedTensor,
} from './tensor-body.ts';
import { sizeOfShape, type Datatype, type TensorModel, type TensorSpec } from './tensor-model.ts';

/** `{{NAME}}`, and `{{NAME[0]}}` for the first of a batch. */
const PLACEHOLDER = /\{\{\s*([^{}[\]]+?)\s*(\[0\])?\s*\}\}/g;

/** The values as they are written; JSON of one's own has FP16, too, since its numbers have no type. */
const numbersIn = (tensor: NamedTensor): readonly string[] => {
  if (tensor.datatype !== 'FP16') return textsOf(tensor);
  return Array.from(fromHalves(valuesOf(tensor) as Uint16Array), String);
};

const bytesFrom = (values: readonly unknown[], datatype: Datatype, name: string): Uint8Array => {
  if (datatype !== 'FP16') return bytesOfList(values, datatype, name);
  const singles = new Float32Array(bytesOfList(values, 'FP32', name).buffer);
  return new Uint8Array(Uint16Array.from(singles, toHalf).buffer);
};

/** Values as nested lists. */
const nested = (texts: readonly string[], shape: readonly number[]): string =>
  shape.reduceRight(
    (inner, size, axis) =>
      Array.from(
        { length: sizeOfShape(shape.slice(0, axis)) },
        (_, at) => `[${inner.slice(at * size, (at + 1) * size).join()}]`,
      ),
    texts,
  )[0] ?? 'null';

/** The names that stand in a body for values. */
export const placeholdersIn = (body: string): readonly string[] =>
  Array.from(body.matchAll(PLACEHOLDER), ([, name = '']) => name);

/**
 * @param change - Of the list of an input, before it is written.
 * @throws UnreadableTensors for an input that the request does not have.
 */
export const writeRequest = (
  { body }: JsonContract,
  inputs: readonly NamedTensor[],
  change = (list: string, _name: string): string => list,
): string =>
  body.replaceAll(PLACEHOLDER, (_, name: string, first?: string) => {
    const input = inputs.find((one) => one.name === name);
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

/** What there is instead. */
const contentText = (value: unknown): string => {
  if (Array.isArray(value)) return `is a list of ${value.length}`;
  if (typeof value !== 'object' || value === null) return 'is a single value';
  return `has ${Object.keys(value).slice(0, SHOWN_KEYS).join(', ') || 'nothing'}`;
};

const valueAt = (json: unknown, pointer: string): unknown => {
  let [value, way] = [json, ''];
  for (const token of tokensOf(pointer)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, token)) {
      const where = way === '' ? 'it' : way;
      throw new UnreadableTensors(`there is nothing at ${pointer}; ${where} ${contentText(value)}`);
    }
    value = (value as Readonly<Record<string, unknown>>)[token];
    way += `/${token}`;
  }
  return value;
};

/** Of tensors that stand by their names below a key the JSON pointers. */
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

/** In columns, as TensorFlow's servers take and give them: a single output has no name. */
export const columnContract = ({
  inputs,
  outputs,
}: Pick<TensorModel, 'inputs' | 'outputs'>): JsonContract => {
  const columns = inputs.map(({ name }) => `${JSON.stringify(name)}:{{${name}}}`);
  const [only, ...more] = outputs;
  return {
    body: `{"inputs":{${columns.join()}}}`,
    outputs:
      only === undefined || more.length > 0
        ? pointersBelow('outputs', outputs)
        : { [only.name]: '/outputs' },
  };
};

/** Of nested lists, as far as their first items say. */
const shapeOf = (value: unknown): readonly number[] =>
  Array.isArray(value) ? [value.length, ...shapeOf(value[0])] : [];

/**
 * The outputs in an answer, or whatever else stands at its pointers. Values with fewer dimensions than the model's are those of a
 * batch of one.
 *
 * @throws UnreadableTensors where one is missing, or has values of another type.
 */
export const readAnswer = (
  { outputs }: Pick<JsonContract, 'outputs'>,
  json: unknown,
  wanted: readonly TensorSpec[],
): readonly NamedTensor[] =>
  wanted.map(({ name, datatype, shape: { length } }) => {
    const value = valueAt(json, outputs[name] ?? '');
    const own = shapeOf(value);
    const missing = Array.from({ length: Math.max(0, length - own.length) }, () => 1);
    const values = [value].flat(Infinity);
    return {
      name,
      datatype,
      shape: [...missing, ...own],
      bytes: bytesFrom(values, datatype, name),
    };
  });

type Placed = readonly [tokens: readonly string[], text: string];

const textOf = (placed: readonly Placed[]): string => {
  const whole = placed.find(([tokens]) => tokens.length === 0);
  if (whole !== undefined) return whole[1];
  const keys = [...new Set(placed.map(([[key = '']]) => key))];
  const below = (key: string): string =>
    textOf(
      placed.filter(([[own]]) => own === key).map(([tokens, text]) => [tokens.slice(1), text]),
    );
  if (!keys.every((key) => /^\d+$/.test(key))) {
    return `{${keys.map((key) => `${JSON.stringify(key)}:${below(key)}`).join()}}`;
  }
  const items = Array.from({ length: 1 + Math.max(...keys.map(Number)) }, (_, at) =>
    keys.includes(String(at)) ? below(String(at)) : 'null',
  );
  return `[${items.join()}]`;
};

/** An answer from which {@link readAnswer} reads the outputs. */
export const writeAnswer = ({ outputs }: JsonContract, tensors: readonly NamedTensor[]): string =>
  textOf(
    tensors.map((tensor) => [
      tokensOf(outputs[tensor.name] ?? ''),
      nested(numbersIn(tensor), tensor.shape),
    ]),
  );
