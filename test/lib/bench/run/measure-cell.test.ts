import { trialCell } from '../../../../lib/bench/plan/slo/search.ts';
import { seedOf } from '../../../../lib/bench/run/measure-cell.ts';
import { recordedPaths } from '../../../support/recorded-run.ts';
import { searchedPlan } from '../../../support/searched-plan.ts';

describe('the seed of the requests of a cell', () => {
  const plan = searchedPlan([15], recordedPaths());
  const cells = (plan.searches ?? []).map((search) => ({
    first: trialCell(search, 50),
    second: trialCell(search, 50, { purpose: 'trial', number: 2 }),
    confirmation: trialCell(search, 50, { purpose: 'confirmation', number: 1 }),
  }));

  it('is the same for all paths at one level, and another for each window of a rate', () => {
    const seeds = new Set(
      cells.flatMap((windows) => Object.values(windows).map((cell) => seedOf(plan, cell))),
    );

    expect(cells.length).toBeGreaterThan(1);
    expect(seeds.size).toBe(3);
  });
});
