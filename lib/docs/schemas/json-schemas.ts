import path from 'node:path';
import { API } from 'typescript/unstable/sync';
import { publishedSchemas, SCHEMA_FOLDER, schemaText } from './published-schemas.ts';
import { typeSchema } from './type-schema.ts';

const generatedSchemas = [
  { name: 'summary', source: 'lib/bench/analysis/summary.ts', type: 'Summary' },
  {
    name: 'comparison',
    source: 'lib/bench/analysis/comparison/comparison.ts',
    type: 'Comparison',
  },
] as const;

/**
 * The published JSON Schemas (draft 7). Those of `summary.json` and `comparison.json` are generated from the TypeScript types.
 *
 * @param root root folder of the project
 * @returns the text of each file, by its name
 */
export const jsonSchemas = (root: string): ReadonlyMap<string, string> => {
  const config = path.join(root, SCHEMA_FOLDER, 'tsconfig.json');
  const compiler = new API({ cwd: root });
  try {
    const project = compiler.updateSnapshot({ openProjects: [config] }).getProject(config);
    if (project === undefined) throw new Error(`${config} is not a project`);
    const { program, checker } = project;
    return new Map([
      ...publishedSchemas,
      ...generatedSchemas.map(({ name, source, type }) => {
        const sourceFile = program.getSourceFile(path.join(root, source));
        const module = sourceFile && checker.getSymbolAtLocation(sourceFile);
        const symbol =
          module && checker.getExportsOfModule(module).find((exported) => exported.name === type);
        if (symbol === undefined) throw new Error(`${source} exports no type ${type}`);
        const schema = typeSchema(checker.getDeclaredTypeOfSymbol(symbol), checker);
        return [
          `${SCHEMA_FOLDER}/${name}.schema.json`,
          schemaText(`${name}.json of serving-compare`, schema),
        ] as const;
      }),
    ]);
  } finally {
    compiler.close();
  }
};
