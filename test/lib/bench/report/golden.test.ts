import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import { readRunFolder } from '../../../../lib/bench/results/run-folder.ts';
import { goldenReports } from '../../../demo/golden-reports.ts';
import { shownText } from '../../../demo/shown-text.ts';

const FOLDER = join(__dirname, '../../../demo/golden');

describe('the report of the recorded run', () => {
  it.each([
    'report.html',
    'report.md',
    'terminal.txt',
    'summary.csv',
    'verdicts.csv',
    'stability.md',
    'stability.txt',
  ])('is in %s as it was reviewed; npm run report:golden writes it again', async (name) => {
    expect((await goldenReports()).get(name)).toBe(await readFile(join(FOLDER, name), 'utf8'));
  });

  it('is shown by the pictures of the documentation; npm run docs:pictures takes them again', async () => {
    const run = 'test/demo/recorded-run';
    const root = join(FOLDER, '../../..');
    const summary = summarise(await readRunFolder(join(root, run)));
    const shown = await readFile(join(FOLDER, 'pictures.txt'), 'utf8');

    expect(shownText(summary, `${run}/report.html`)).toBe(shown);
  });
});
