import { readFileSync } from 'node:fs';
import path from 'node:path';
import { optionTable } from '../../../lib/config/option-table.ts';
import { optionNames } from '../../../lib/config/options.ts';

const documentation = readFileSync(
  path.resolve(import.meta.dirname, '../../../lib/README.md'),
  'utf8',
);

describe('the table of options', () => {
  it('has a row for each option', () => {
    const rows = optionTable().split('\n').slice(2);

    expect(rows.map((row) => /^\| `([^`]+)` \|/.exec(row)?.[1])).toEqual(optionNames);
  });

  it('stands in lib/README.md as it is; "npm run docs:options" writes it anew', () => {
    expect(documentation).toContain(`<!-- options -->\n\n${optionTable()}\n\n<!-- /options -->`);
  });
});
