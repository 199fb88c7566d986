import { seedOf } from '../../../../lib/bench/run/measure-cell.ts';
import { closed, recordedRun } from '../../../support/recorded-run.ts';

describe('the seed of the requests of a cell', () => {
  it('is the same for all paths at one level, and another in another repeat', () => {
    const { plan } = recordedRun({ levels: [closed(4)], repeats: 2 });
    const seeds = [1, 2].map((repeat) => [
      ...new Set(
        plan.cells.filter((cell) => cell.repeat === repeat).map((cell) => seedOf(plan, cell)),
      ),
    ]);

    expect(plan.paths.length).toBeGreaterThan(1);
    expect(seeds.map(({ length }) => length)).toEqual([1, 1]);
    expect(seeds[0]).not.toEqual(seeds[1]);
  });
});
