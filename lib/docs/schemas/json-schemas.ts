import path from 'node:path';
import { API } from 'typescript/unstable/sync';
import {
  modelSchemaFile,
  modelSchemaText,
  publishedSchemas,
  SCHEMA_FOLDER,
  schemaText,
} from './published-schemas.ts';
import { typeSchema } from './type-schema.ts';

/**
 * Generates the published JSON Schemas (draft 7) from the TypeScript types. The schemas of files that the project writes allow
 * unknown keys, which a later version may add.
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
      [modelSchemaFile, modelSchemaText()] as const,
      ...publishedSchemas.map(({ file, source, type, title }) => {
        const sourceFile = program.getSourceFile(path.join(root, source));
        const module = sourceFile && checker.getSymbolAtLocation(sourceFile);
        const symbol =
          module && checker.getExportsOfModule(module).find(({ name }) => name === type);
        if (symbol === undefined) throw new Error(`${source} exports no type ${type}`);
        const schema = typeSchema(checker.getDeclaredTypeOfSymbol(symbol), checker);
        return [file, schemaText(title, schema)] as const;
      }),
    ]);
  } finally {
    compiler.close();
  }
};
