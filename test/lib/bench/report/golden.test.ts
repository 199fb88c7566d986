import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { goldenReports } from '../../../demo/golden-reports.ts';

const FOLDER = join(__dirname, '../../../demo/golden');

describe('the report of the recorded run', () => {
  it.each(['answer.txt', 'report.html', 'report.md', 'terminal.txt', 'summary.csv'])(
    'is in %s what was read and found good; npm run report:golden writes it again',
    async (name) => {
      expect((await goldenReports()).get(name)).toBe(await readFile(join(FOLDER, name), 'utf8'));
    },
  );
});
