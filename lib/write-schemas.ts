import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { jsonSchemas } from './json-schemas.ts';

// Run by "npm run docs:schemas": writes the JSON Schemas anew.
const root = path.resolve(import.meta.dirname, '..');
for (const [file, text] of jsonSchemas(root)) writeFileSync(path.join(root, file), text);
