import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import { failureText } from '../../../../../lib/bench/report/sections/failures.ts';
import { recordedRun } from '../../../../support/recorded-run.ts';

const summary = summarise(recordedRun({ durationSeconds: 3, repeats: 1 }));
const [row] = summary.rows;
if (row === undefined) throw new Error('no row');

describe('the text of failures', () => {
  it('counts each class of failure and all requests', () => {
    const failing = { ...row, failures: { timeout: 3, 'http-503': 2 }, failed: 5, succeeded: 95 };
    expect(failureText(failing)).toBe('3 × timeout, 2 × http-503 of 100 requests');
  });

  it('gives the common reason of several failed repeats once', () => {
    const failing = {
      ...row,
      failures: {},
      failedRepeats: [1, 2, 4].map((repeat) => ({ repeat, message: 'it did not start' })),
    };
    expect(failureText(failing)).toBe('repeats 1, 2, 4: it did not start');
  });

  it('is empty for a row without a failure', () => {
    const clean = { ...row, failures: {}, failedRepeats: [] };
    expect(failureText(clean)).toBe('');
  });
});
