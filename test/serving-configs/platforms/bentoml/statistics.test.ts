import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readStatistics, rounded } from '../../../support/read-statistics.ts';

/** Recorded from the real platform, buckets left out. */
const page = readFileSync(path.join(import.meta.dirname, 'statistics-page.txt'), 'utf8');

describe('a page of statistics of BentoML', () => {
  it('is read as it was meant', async () => {
    expect(rounded(await readStatistics('bentoml', page))).toEqual({ count: 4, requestMs: 2042 });
  });
});
