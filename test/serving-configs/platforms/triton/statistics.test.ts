import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readStatistics, rounded } from '../../../support/read-statistics.ts';

/** Recorded from the real platform, buckets left out. */
const page = readFileSync(path.join(import.meta.dirname, 'statistics-page.json'), 'utf8');

describe('a page of statistics of Triton', () => {
  it('is read as it was meant', async () => {
    expect(rounded(await readStatistics('triton_onnx', page))).toEqual({
      count: 5,
      requestMs: 466,
      queueMs: 0,
      computeMs: 466,
    });
  });

  it('tells of the model of the serving only', async () => {
    expect(await readStatistics('triton_pytorch', page)).toMatchObject({ count: 0 });
  });
});
