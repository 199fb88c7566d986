import { descriptionSchema } from '../../bench/user-model/description.ts';

export const SCHEMA_FOLDER = 'lib/bench/schemas';

const $schema = 'http://json-schema.org/draft-07/schema#';

/** The text of a JSON Schema's file. */
export const schemaText = (title: string, schema: object): string =>
  `${JSON.stringify({ $schema, title, ...schema }, null, 2)}\n`;

/** The schema that editors find in a description of a model. */
export const modelSchemaFile = `${SCHEMA_FOLDER}/model.schema.json`;
export const modelSchemaText = (): string =>
  schemaText('The description of a model for serving-compare', descriptionSchema);

/** Types of files that other programs read, and where their JSON Schemas are published. */
export const publishedSchemas: readonly {
  readonly file: string;
  readonly source: string;
  readonly type: string;
  readonly title: string;
}[] = [
  {
    file: `${SCHEMA_FOLDER}/plan.schema.json`,
    source: 'lib/bench/model/plan.ts',
    type: 'Plan',
    title: 'plan.json of serving-compare',
  },
  {
    file: `${SCHEMA_FOLDER}/environment.schema.json`,
    source: 'lib/bench/model/environment.ts',
    type: 'Environment',
    title: 'environment.json of serving-compare',
  },
  {
    file: `${SCHEMA_FOLDER}/results.schema.json`,
    source: 'lib/bench/model/record.ts',
    type: 'ResultRecord',
    title: 'A line of results.jsonl of serving-compare',
  },
  {
    file: `${SCHEMA_FOLDER}/summary.schema.json`,
    source: 'lib/bench/analysis/summary.ts',
    type: 'Summary',
    title: 'summary.json of serving-compare',
  },
  {
    file: `${SCHEMA_FOLDER}/comparison.schema.json`,
    source: 'lib/bench/analysis/comparison/comparison.ts',
    type: 'Comparison',
    title: 'comparison.json of serving-compare',
  },
];
