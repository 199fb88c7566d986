import type { WireAnswer } from '../wire.ts';
import { TensorNode, type JsonSyntaxError, type WireJson } from '../wire-json.ts';
import { jsonAnswer } from './answers.ts';

/** One thing that pydantic finds wrong with a body. */
export interface ValidationError {
  readonly type: string;
  /** Where in the body. */
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  /** What was found there. */
  readonly input: unknown;
  readonly ctx?: Readonly<Record<string, string>>;
}

/** @param prefix - Where the body was looked for. */
export const invalid = (
  errors: readonly ValidationError[],
  prefix: readonly string[] = ['body'],
): WireAnswer =>
  jsonAnswer(422, {
    detail: errors.map((error) => ({ ...error, loc: [...prefix, ...error.loc] })),
  });

/** For a body that is announced as JSON and is none. */
export const invalidJson = ({ reason, offset }: JsonSyntaxError): WireAnswer =>
  invalid([
    {
      type: 'json_invalid',
      loc: [offset],
      msg: 'JSON decode error',
      input: {},
      ctx: { error: reason },
    },
  ]);

const nested = (values: Float32Array, shape: readonly number[]): unknown => {
  const [count = 0, ...inner] = shape;
  if (inner.length === 0) return Array.from(values);
  const size = values.length / count;
  return Array.from({ length: count }, (_, at) =>
    nested(values.subarray(at * size, (at + 1) * size), inner),
  );
};

/** A value of a body as an answer quotes it. */
const quoted = (json: WireJson): unknown => {
  if (json instanceof Map) {
    return Object.fromEntries([...json].map(([name, value]) => [name, quoted(value as WireJson)]));
  }
  if (json instanceof TensorNode) return nested(json.tensor.values, json.tensor.shape);
  return Array.isArray(json) ? json.map((item: WireJson) => quoted(item)) : json;
};

export const missing = (loc: ValidationError['loc'], owner: WireJson): ValidationError => ({
  type: 'missing',
  loc,
  msg: 'Field required',
  input: quoted(owner),
});

/** Where an object should be. */
export const noObject = (loc: ValidationError['loc'], found: WireJson): ValidationError => ({
  type: 'model_attributes_type',
  loc,
  msg: 'Input should be a valid dictionary or object to extract fields from',
  input: quoted(found),
});

export const noList = (loc: ValidationError['loc'], found: WireJson): ValidationError => ({
  type: 'list_type',
  loc,
  msg: 'Input should be a valid list',
  input: quoted(found),
});

/** Where a body should be bytes that was JSON. */
export const noBytes = (found: WireJson): ValidationError => ({
  type: 'bytes_type',
  loc: [],
  msg: 'Input should be a valid bytes',
  input: quoted(found),
});

/** Where one of a few words should be. */
export const noneOf = (
  loc: ValidationError['loc'],
  words: readonly string[],
  found: WireJson,
): ValidationError => {
  const quotedWords = words.map((word) => `'${word}'`);
  const expected = `${quotedWords.slice(0, -1).join(', ')} or ${quotedWords.at(-1) ?? ''}`;
  return {
    type: 'enum',
    loc,
    msg: `Input should be ${expected}`,
    input: quoted(found),
    ctx: { expected },
  };
};
