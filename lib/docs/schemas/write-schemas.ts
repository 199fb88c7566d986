import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { jsonSchemas } from './json-schemas.ts';

// Run by "npm run docs:schemas [-- DIR]": writes the JSON Schemas into the project, or into the same folders below DIR.
const root = path.resolve(import.meta.dirname, '../../..');
const out = path.resolve(process.argv[2] ?? root);
for (const [file, text] of jsonSchemas(root)) {
  const place = path.join(out, file);
  mkdirSync(path.dirname(place), { recursive: true });
  writeFileSync(place, text);
}
