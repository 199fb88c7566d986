import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readStatistics, rounded } from '../../../support/read-statistics.ts';

/** Recorded from the real platform, buckets left out. */
const page = readFileSync(path.join(import.meta.dirname, 'statistics-page.txt'), 'utf8');

describe('a page of statistics of TorchServe', () => {
  it('is read as it was meant', async () => {
    expect(rounded(await readStatistics('torchserve', page))).toEqual({
      count: 8,
      requestMs: 2263,
      queueMs: 4,
      computeMs: 2259,
    });
  });

  it('tells of the model of the serving only', async () => {
    const other = page.replaceAll('resnet-50', 'another');

    expect(await readStatistics('torchserve', other)).toMatchObject({ count: 0, requestMs: 0 });
  });
});
