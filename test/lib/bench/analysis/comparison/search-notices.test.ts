import { compareRuns } from '../../../../../lib/bench/analysis/comparison/compare-runs.ts';
import { trialCell } from '../../../../../lib/bench/plan/slo/search.ts';
import type { RunData } from '../../../../../lib/bench/results/run-folder.ts';
import { recordedEnvironment } from '../../../../support/recorded-run.ts';
import { measureLimited, searchedPlan } from '../../../../support/searched-plan.ts';

/** A run whose searches have tried one rate each. */
const searched = (ratePerSecond: number, boundMs = 15): RunData => {
  const plan = searchedPlan([boundMs]);
  const trials = (plan.searches ?? []).map((search) => trialCell(search, ratePerSecond));
  return {
    plan,
    environment: recordedEnvironment,
    records: [...plan.cells, ...trials].map((cell) => measureLimited(cell)),
  };
};

const noticesOf = (before: RunData, after: RunData): string =>
  compareRuns({ folder: 'a', data: before }, { folder: 'b', data: after }).notices.join('\n');

describe('two runs with searches for a rate', () => {
  it('are compared in their rows, and what the searches found stands side by side without a word', () => {
    expect(noticesOf(searched(30), searched(20))).toContain(
      'torchserve.rest.image.raw onnx within 15 ms: 30.0 and 20.0',
    );
  });

  it('say nothing of searches that only one of them has', () => {
    expect(noticesOf(searched(30), searched(30, 50))).not.toContain('searches found');
  });
});
