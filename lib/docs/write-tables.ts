import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { documentedTables, withTables } from './documented-tables.ts';

// Run by "npm run docs:tables": writes the tables of the documentation again.
for (const file of documentedTables) {
  const place = path.join(import.meta.dirname, file);
  writeFileSync(place, withTables(readFileSync(place, 'utf8')));
}
