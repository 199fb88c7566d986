import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { fields, isValue, type Fields } from '../../../../lib/bench/user-model/description.ts';

interface Schema {
  readonly $ref?: string;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | false;
  readonly definitions?: Readonly<Record<string, Schema>>;
}

const schema = JSON.parse(
  readFileSync(
    path.resolve(import.meta.dirname, '../../../../lib/bench/schemas/model.schema.json'),
    'utf8',
  ),
) as Schema;

/** The keys of a schema, with references resolved. */
const keysOf = (given: Schema): unknown => {
  const reference = given.$ref?.replace('#/definitions/', '') ?? '';
  const resolved = given.anyOf?.at(-1) ?? schema.definitions?.[reference] ?? given;
  if (resolved !== given) return keysOf(resolved);
  const { properties, additionalProperties } = resolved;
  if (properties !== undefined) {
    return Object.fromEntries(
      Object.entries(properties).map(([key, property]) => [key, keysOf(property)]),
    );
  }
  return additionalProperties === undefined || additionalProperties === false
    ? true
    : { '*': keysOf(additionalProperties) };
};

const keysRead = (known: Fields): unknown =>
  Object.fromEntries(
    Object.entries(known).map(([key, field]) => [key, isValue(field) ? true : keysRead(field)]),
  );

describe('The JSON Schema of a description', () => {
  it('has the keys of the reader', () => {
    expect(keysOf(schema)).toEqual(keysRead(fields));
  });

  it('accepts a description and refuses unknown keys, like the reader', () => {
    const validate = new Ajv({ strict: false }).compile(schema);
    const model = { onnx: 'a.onnx' };

    expect(validate({ model, inputs: './in', answer: { outputs: { a: { check: 'top1' } } } })).toBe(
      true,
    );
    expect(validate({ model, inputs: { from: 'random', count: 3 } })).toBe(true);
    expect(validate({ model: { ...model, sise: 1 } })).toBe(false);
    expect(validate({ model, answer: { check: 'top5' } })).toBe(false);
    expect(validate({})).toBe(false);
  });
});
