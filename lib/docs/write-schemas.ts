import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { jsonSchemas, SCHEMA_FOLDER, schemaText } from './json-schemas.ts';

// Writes the JSON Schemas into the project, or into the same folder below DIR: "npm run docs:schemas [-- DIR]".
const folder = path.join(
  process.argv[2] ?? path.resolve(import.meta.dirname, '../..'),
  SCHEMA_FOLDER,
);
mkdirSync(folder, { recursive: true });
for (const [name, schema] of Object.entries(jsonSchemas)) {
  writeFileSync(path.join(folder, `${name}.schema.json`), schemaText(schema));
}
