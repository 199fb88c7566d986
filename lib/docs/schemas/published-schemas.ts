export const SCHEMA_FOLDER = 'lib/bench/schemas';

/** Types of files that other programs read or people write, and where their JSON Schemas are published. */
export const publishedSchemas: readonly {
  readonly file: string;
  readonly source: string;
  readonly type: string;
  readonly title: string;
  /** People write this file, so a key that the type does not have is an error. */
  readonly closed?: true;
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
  {
    file: `${SCHEMA_FOLDER}/model.schema.json`,
    source: 'lib/bench/user-model/description.ts',
    type: 'ModelDescription',
    title: 'The description of a model for serving-compare',
    closed: true,
  },
];
