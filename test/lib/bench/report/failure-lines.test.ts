import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import { failureLines } from '../../../../lib/bench/report/failure-lines.ts';
import { recordedRun } from '../../../support/recorded-run.ts';

const summary = summarise(recordedRun({ durationSeconds: 3, repeats: 1 }));
const [row] = summary.rows;
if (row === undefined) throw new Error('no row');

describe('failures in words', () => {
  it('names classes with their counts and the number of requests they are of', () => {
    const failing = { ...row, failures: { timeout: 3, 'http-503': 2 }, failed: 5, succeeded: 95 };
    const [line] = failureLines({ ...summary, rows: [failing] }, new Map());
    expect(line?.what).toBe('3 × timeout, 2 × http-503 of 100 requests');
  });

  it('says once what stopped several repeats', () => {
    const failing = {
      ...row,
      failures: {},
      failedRepeats: [1, 2, 4].map((repeat) => ({ repeat, message: 'it did not start' })),
    };
    const [line] = failureLines({ ...summary, rows: [failing] }, new Map());
    expect(line?.what).toBe('repeats 1, 2, 4: it did not start');
  });

  it('leaves out rows without a failure', () => {
    const clean = { ...row, failures: {}, failedRepeats: [] };
    expect(failureLines({ ...summary, rows: [clean] }, new Map())).toEqual([]);
  });
});
