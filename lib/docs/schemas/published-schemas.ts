import { environmentSchema } from '../../bench/model/environment.ts';
import { planSchema } from '../../bench/model/plan.ts';
import { resultRecordSchema } from '../../bench/model/record.ts';
import { descriptionSchema } from '../../bench/user-model/description.ts';

/** Only the schema that users' files name is committed. The others are written on request. */
export const SCHEMA_FOLDER = 'lib/bench/schemas';

/** The JSON Schemas of the files that people write or other programs read, by their names. */
const schemas = {
  model: ['The description of a model for serving-compare', descriptionSchema],
  plan: ['plan.json of serving-compare', planSchema],
  environment: ['environment.json of serving-compare', environmentSchema],
  results: ['A line of results.jsonl of serving-compare', resultRecordSchema],
} as const;

const $schema = 'http://json-schema.org/draft-07/schema#';

/** The text of a JSON Schema's file. */
export const schemaText = (title: string, schema: object): string =>
  `${JSON.stringify({ $schema, title, ...schema }, null, 2)}\n`;

/** The file of a JSON Schema and its text, by its name. */
export const publishedSchemas = Object.entries(schemas).map(
  ([name, [title, schema]]) =>
    [`${SCHEMA_FOLDER}/${name}.schema.json`, schemaText(title, schema)] as const,
);
