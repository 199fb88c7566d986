import { compareRuns } from '../../../../../lib/bench/analysis/comparison/compare-runs.ts';
import type { RunData } from '../../../../../lib/bench/results/run-folder.ts';
import { recordedEnvironment } from '../../../../support/recorded-run.ts';
import { measureLimited, runSearched, searchedPlan } from '../../../../support/searched-plan.ts';

const searched = (boundMs: number, measure = measureLimited): RunData => {
  const plan = searchedPlan([boundMs]);
  return { plan, environment: recordedEnvironment, records: runSearched(plan, measure) };
};

const noticesOf = (before: RunData, after: RunData): string =>
  compareRuns({ folder: 'a', data: before }, { folder: 'b', data: after }).notices.join('\n');

describe('two runs with searches for a rate', () => {
  it('are compared in their rows, and what the searches found stands side by side without a word', () => {
    const waiting = searched(15, (cell) => measureLimited(cell, { aloneMs: 30 }));

    expect(noticesOf(searched(15), waiting)).toMatch(
      /torchserve\.rest\.image\.raw onnx within 15 ms: 3\d\.\d and none;/,
    );
  });

  it('say nothing of searches that only one of them has', () => {
    expect(noticesOf(searched(15), searched(50))).not.toContain('searches found');
  });
});
