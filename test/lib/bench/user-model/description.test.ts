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

/** The keys of a schema, with what its references say. */
const keysOf = (given: Schema): unknown => {
  const referred = given.$ref?.replace('#/definitions/', '') ?? '';
  const own = given.anyOf?.at(-1) ?? schema.definitions?.[referred] ?? given;
  if (own !== given) return keysOf(own);
  const { properties, additionalProperties } = own;
  if (properties !== undefined) {
    return Object.fromEntries(Object.entries(properties).map(([key, one]) => [key, keysOf(one)]));
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
  it('has the keys that are read', () => {
    expect(keysOf(schema)).toEqual(keysRead(fields));
  });

  it('takes a description and refuses unknown keys, as the reader does', () => {
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
