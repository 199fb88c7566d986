import path from 'node:path';
import { buildGenerator, getProgramFromFiles } from 'typescript-json-schema';

/** A type of the project's files, and the file in which its JSON Schema is published. */
interface PublishedSchema {
  readonly file: string;
  readonly type: string;
  readonly title: string;
}

const FOLDER = 'lib/bench/schemas';
const SOURCES = [
  'lib/bench/results/record.ts',
  'lib/bench/analysis/summary.ts',
  'lib/bench/analysis/comparison/comparison.ts',
];

export const publishedSchemas: readonly PublishedSchema[] = [
  {
    file: `${FOLDER}/results.schema.json`,
    type: 'ResultRecord',
    title: 'A line of results.jsonl of serving-compare',
  },
  {
    file: `${FOLDER}/summary.schema.json`,
    type: 'Summary',
    title: 'summary.json of serving-compare',
  },
  {
    file: `${FOLDER}/comparison.schema.json`,
    type: 'Comparison',
    title: 'comparison.json of serving-compare',
  },
];

/**
 * The JSON Schemas (draft 7) of the files that others read, made from their types, so that the two cannot part. Fields that
 * a later version adds are allowed.
 *
 * @param root of the project
 * @returns the text of each file, by its name
 */
export const jsonSchemas = (root: string): ReadonlyMap<string, string> => {
  const program = getProgramFromFiles(
    SOURCES.map((file) => path.join(root, file)),
    {
      allowImportingTsExtensions: true,
      exactOptionalPropertyTypes: true,
      module: 'esnext',
      moduleResolution: 'bundler',
      noEmit: true,
      skipLibCheck: true,
      strict: true,
      target: 'es2023',
      types: ['node'],
    },
  );
  // The sources were checked by the project's own compiler.
  const generator = buildGenerator(program, { required: true, ignoreErrors: true });
  if (generator === null) throw new Error('no schema could be made of the types');
  return new Map(
    publishedSchemas.map(({ file, type, title }) => {
      const { $schema, ...schema } = generator.getSchemaForSymbol(type);
      return [file, `${JSON.stringify({ $schema, title, ...schema }, null, 2)}\n`];
    }),
  );
};
