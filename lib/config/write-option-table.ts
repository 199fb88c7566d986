import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { optionTable } from './option-table.ts';

// Run by "npm run docs:options": puts the table into lib/README.md, between its two marks.
const place = path.resolve(import.meta.dirname, '../README.md');
const text = readFileSync(place, 'utf8');
writeFileSync(
  place,
  text.replace(
    /<!-- options -->[^]*<!-- \/options -->/,
    () => `<!-- options -->\n\n${optionTable()}\n\n<!-- /options -->`,
  ),
);
