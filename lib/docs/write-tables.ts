import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { documentedTables, withTables } from './documented-tables.ts';

// Regenerates the tables of the documentation: "npm run docs:tables".
for (const file of documentedTables) {
  const page = path.join(import.meta.dirname, file);
  writeFileSync(page, await withTables(readFileSync(page, 'utf8')));
}
