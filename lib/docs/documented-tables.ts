import { CHECKS } from '../bench/analysis/checks/check.ts';
import { checkFacts } from '../bench/analysis/checks/check-facts.ts';
import { FAULTS } from '../bench/model/fault.ts';
import { faultFacts } from '../bench/stability/faults.ts';
import { priceTable } from '../prices/price-text.ts';
import { servingTable } from './serving-table.ts';
import { markdownTable } from './markdown-table.ts';
import { commandOptionTable, commandTable, optionTable, profileTable } from './option-tables.ts';
import { stabilityFigures, stabilityMatrix } from './stability-tables.ts';
import { usageTable } from './usage-table.ts';

/** Pages of this folder with tables that are made from data. */
export const documentedTables = [
  'aws.md',
  'aws-options.md',
  'command-line.md',
  'how-a-run-works.md',
  'servings.md',
  'stability.md',
  'usage.md',
] as const;

/** What is asked of every result, with its limit. */
const checkTable = (): string =>
  markdownTable([
    ['check', 'question', 'limit'],
    ...CHECKS.map((check) => {
      const { title, asks, limit } = checkFacts[check];
      return [title, asks, limit];
    }),
  ]);

/** The faults of the profile `stability`, by the names that `--faults` takes. */
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

/** A text with each table between its marks as the data has it now: `<!-- options -->` … `<!-- /options -->`. */
export const withTables = (text: string): string =>
  Object.entries(tables).reduce(
    (result, [mark, table]) =>
      result.replaceAll(
        new RegExp(`<!-- ${mark} -->[^]*?<!-- /${mark} -->`, 'g'),
        () => `<!-- ${mark} -->\n\n${table()}\n\n<!-- /${mark} -->`,
      ),
    text,
  );
