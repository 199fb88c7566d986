import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { jsonSchemas, publishedSchemas } from '../../lib/json-schemas.ts';
import { summarise } from '../../lib/bench/analysis/summarise.ts';
import { recordedRun } from '../support/recorded-run.ts';

const root = path.resolve(import.meta.dirname, '../..');
const textOf = (file: string): string => readFileSync(path.join(root, file), 'utf8');

describe('the published JSON Schemas', () => {
  it('are those of the types; "npm run docs:schemas" writes them', () => {
    for (const [file, text] of jsonSchemas(root)) expect(textOf(file)).toBe(text);
  }, 60_000);

  it('describe what a run writes into summary.json, and refuse what it does not', () => {
    const file = publishedSchemas.find(({ type }) => type === 'Summary')?.file ?? '';
    const validate = new Ajv({ strict: false }).compile(JSON.parse(textOf(file)) as object);
    const summary: unknown = JSON.parse(
      JSON.stringify(summarise(recordedRun({ directShare: 0.8 }))),
    );

    expect(validate(summary)).toBe(true);
    expect(validate({ ...(summary as object), rows: [{ path: 'a' }] })).toBe(false);
  });
});
