import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readStatistics, rounded } from '../../../support/read-statistics.ts';

/** Recorded from the real platform, buckets left out. */
const page = readFileSync(path.join(import.meta.dirname, 'statistics-page.txt'), 'utf8');

describe('a page of statistics of MLServer', () => {
  it('is read as it was meant', async () => {
    expect(rounded(await readStatistics('mlserver', page))).toEqual({
      // Two over REST, three over gRPC.
      count: 5,
      requestMs: 2188,
      computeMs: 2079,
    });
  });
});
