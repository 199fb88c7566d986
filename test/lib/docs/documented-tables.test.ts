import { readFileSync } from 'node:fs';
import path from 'node:path';
import { reportedRecords } from '../../../lib/bench/analysis/records.ts';
import { summarise } from '../../../lib/bench/analysis/summarise.ts';
import { readRunFolder } from '../../../lib/bench/results/run-folder.ts';
import { documentedTables, withTables } from '../../../lib/docs/documented-tables.ts';
import { priceTable } from '../../../lib/aws/prices/price-text.ts';

const textOf = (file: string): string =>
  readFileSync(path.resolve(import.meta.dirname, '../../../lib/docs', file), 'utf8');

describe('the recorded search for settings', () => {
  it('has servers that serve much more with batches than with their defaults', async () => {
    const folder = path.join(import.meta.dirname, '../../../lib/docs/tuned-run');
    const { tuning } = summarise(await readRunFolder(folder, reportedRecords));
    const gains = tuning?.servers.filter(
      ({ keepsDefault, overDefault }) =>
        !keepsDefault && (overDefault?.ratio.interval.low ?? 0) > 1.5,
    );

    expect(tuning?.isOver).toBe(true);
    expect(gains?.map(({ best }) => best.serving)).toEqual([
      'mosec',
      'triton_onnx',
      'litserve',
      'mlserver',
    ]);
  });
});

describe('the tables of the documentation', () => {
  it.each(documentedTables)(
    'of %s are up to date; "npm run docs:tables" writes them',
    async (file) => {
      expect(textOf(file)).toBe(await withTables(textOf(file)));
    },
  );

  it('include those of the options and prices', async () => {
    expect(textOf('aws-options.md')).toContain(
      await withTables('<!-- options --><!-- /options -->'),
    );
    expect(textOf('aws.md')).toContain(priceTable());
  });

  it('replace only what is between their marks', async () => {
    const text = await withTables('before\n<!-- prices -->\nold $&\n<!-- /prices -->\nbehind\n');

    expect(text).toBe(`before\n<!-- prices -->\n\n${priceTable()}\n\n<!-- /prices -->\nbehind\n`);
    expect(text).toContain('| together | $0.77 |');
  });
});
