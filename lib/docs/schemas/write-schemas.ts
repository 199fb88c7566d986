import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { jsonSchemas } from './json-schemas.ts';

// Writes the JSON Schemas into the project, or into the same folders below DIR: "npm run docs:schemas [-- DIR]".
const root = path.resolve(import.meta.dirname, '../../..');
const out = path.resolve(process.argv[2] ?? root);
for (const [file, text] of jsonSchemas(root)) {
  const schemaFile = path.join(out, file);
  mkdirSync(path.dirname(schemaFile), { recursive: true });
  writeFileSync(schemaFile, text);
}
