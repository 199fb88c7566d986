import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { readDescription } from '../../../../lib/bench/model-file/description.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

const schema = JSON.parse(
  readFileSync(
    path.resolve(import.meta.dirname, '../../../../lib/bench/schemas/model.schema.json'),
    'utf8',
  ),
) as object;

const reads = (description: object): Promise<boolean> => {
  const file = path.join(newFolder(), 'model.yaml');
  writeFileSync(file, JSON.stringify(description));
  return readDescription(file).then(
    () => true,
    () => false,
  );
};

describe('The JSON Schema of a description', () => {
  const validate = new Ajv({ strict: false }).compile(schema);
  const model = { onnx: 'a.onnx' };

  it.each([
    [
      'an input folder and checks',
      { model, inputs: './in', answer: { outputs: { a: { check: 'top1' } } } },
    ],
    ['random inputs', { model, inputs: { from: 'random', count: 3, ranges: { x: [0, 9] } } }],
    ['a server', { model, servers: { mine: { url: 'http://host:1', body: '{"a": {{a}}}' } } }],
  ])('accepts a description with %s, like the reader', async (_, description) => {
    expect(validate(description)).toBe(true);
    expect(await reads(description)).toBe(true);
  });

  it.each([
    ['an unknown key', { model: { ...model, sise: 1 } }],
    ['an unknown word', { model, answer: { check: 'top5' } }],
    ['no model', {}],
    ['a size that is not whole', { model: { ...model, sizes: { x: [1.5] } } }],
    ['two means', { model: { ...model, image: { mean: [1, 2] } } }],
    ['a deviation of zero', { model: { ...model, image: { deviation: [1, 1, 0] } } }],
    ['a count of zero', { model, inputs: { count: 0 } }],
    ['a cosine above one', { model, answer: { check: 'cosine', atLeast: 1.1 } }],
    ['a body without inputs', { model, servers: { mine: { url: 'http://host:1', body: 'a' } } }],
  ])('refuses a description with %s, like the reader', async (_, description) => {
    expect(validate(description)).toBe(false);
    expect(await reads(description)).toBe(false);
  });

  it('leaves a range without values to the reader', async () => {
    expect(await reads({ model, inputs: { ranges: { x: [1, 1] } } })).toBe(false);
  });
});
