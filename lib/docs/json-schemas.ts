import { comparisonSchema } from '../bench/analysis/comparison/comparison.ts';
import { summarySchema } from '../bench/analysis/summary.ts';
import { environmentSchema } from '../bench/model/environment.ts';
import { planSchema } from '../bench/model/plan.ts';
import { resultRecordSchema } from '../bench/model/record.ts';
import { descriptionSchema } from '../bench/model-file/description.ts';

/** The schemas of the files that people write or other programs read, with the title of each. */
const schemas = {
  model: ['The description of a model for serving-compare', descriptionSchema],
  plan: ['plan.json of serving-compare', planSchema],
  environment: ['environment.json of serving-compare', environmentSchema],
  results: ['A line of results.jsonl of serving-compare', resultRecordSchema],
  summary: ['summary.json of serving-compare', summarySchema],
  comparison: ['comparison.json of serving-compare', comparisonSchema],
} as const;

const $schema = 'http://json-schema.org/draft-07/schema#';

/** The published JSON Schemas (draft 7) by name. Only that of `model` is committed, because users' files refer to it. */
export const jsonSchemas: Readonly<Record<keyof typeof schemas, object>> = Object.fromEntries(
  Object.entries(schemas).map(([name, [title, schema]]) => [name, { $schema, title, ...schema }]),
) as Record<keyof typeof schemas, object>;

/** The folder of their files. */
export const SCHEMA_FOLDER = 'lib/bench/schemas';

/** The text of a file with a JSON Schema. */
export const schemaText = (schema: object): string => `${JSON.stringify(schema, null, 2)}\n`;
