import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import { readRunFolder } from '../../../../lib/bench/results/run-folder.ts';
import { goldenReports } from '../../../demo/golden-reports.ts';
import { shownText } from '../../../demo/shown-text.ts';

const FOLDER = join(__dirname, '../../../demo/golden');
const PICTURES = 'pictures.txt';
const names = readdirSync(FOLDER).filter((name) => name !== PICTURES);

describe('a golden report', () => {
  let reports: ReadonlyMap<string, string>;

  beforeAll(async () => {
    reports = await goldenReports();
  });

  it('exists for each format', () => {
    expect(names.toSorted()).toEqual([...reports.keys()].toSorted());
  });

  it.each(names)('equals %s; npm run report:golden updates it', async (name) => {
    expect(reports.get(name)).toBe(await readFile(join(FOLDER, name), 'utf8'));
  });
});

describe('the pictures of the documentation', () => {
  it('show the report of the recorded run; npm run docs:pictures updates them', async () => {
    const run = 'test/demo/recorded-run';
    const root = join(FOLDER, '../../..');
    const summary = summarise(await readRunFolder(join(root, run)));
    const shown = await readFile(join(FOLDER, PICTURES), 'utf8');

    expect(shownText(summary, `${run}/report.html`)).toBe(shown);
  });
});
