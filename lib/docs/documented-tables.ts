import { CHECKS } from '../bench/analysis/checks/checks.ts';
import { faultFacts, FAULTS } from '../bench/model/fault.ts';
import { priceTable } from '../aws/prices/price-text.ts';
import { markdownTable } from './markdown-table.ts';
import { commandOptionTable, commandTable, optionTable, profileTable } from './option-tables.ts';
import { servingTable } from './serving-table.ts';
import { stabilityFigures, stabilityMatrix } from './stability-tables.ts';
import { usageTable } from './usage-table.ts';

/** Pages in this folder with generated tables. */
export const documentedTables = [
  'aws.md',
  'aws-options.md',
  'command-line.md',
  'how-a-run-works.md',
  'servings.md',
  'stability.md',
  'usage.md',
] as const;

/** The checks that every result must pass, with their limits. */
const checkTable = (): string =>
  markdownTable([
    ['check', 'question', 'limit'],
    ...CHECKS.map(({ title, asks, limit }) => [title, asks, limit]),
  ]);

/** The faults that `--faults` takes. */
const faultTable = (): string =>
  markdownTable([
    ['fault', 'what is done'],
    ...FAULTS.map((fault) => [`\`${fault}\``, faultFacts[fault].what]),
  ]);

const tables: Readonly<Record<string, () => string>> = {
  checks: checkTable,
  faults: faultTable,
  commands: commandTable,
  'command-options': commandOptionTable,
  options: optionTable,
  prices: priceTable,
  profiles: profileTable,
  servings: servingTable,
  'stability-figures': stabilityFigures,
  'stability-matrix': stabilityMatrix,
  usage: usageTable,
};

/** Regenerates the tables of a page. Each is between two marks such as `<!-- options -->` and `<!-- /options -->`. */
export const withTables = (text: string): string =>
  Object.entries(tables).reduce(
    (page, [mark, table]) =>
      page.replaceAll(
        new RegExp(`<!-- ${mark} -->[^]*?<!-- /${mark} -->`, 'g'),
        () => `<!-- ${mark} -->\n\n${table()}\n\n<!-- /${mark} -->`,
      ),
    text,
  );
