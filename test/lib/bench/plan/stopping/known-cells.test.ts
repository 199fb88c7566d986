import { createKnownCells } from '../../../../../lib/bench/plan/stopping/known-cells.ts';
import { settlementOf } from '../../../../../lib/bench/plan/stopping/settled.ts';
import type { Path } from '../../../../../lib/bench/plan/cell.ts';
import type { Side } from '../../../../../lib/bench/analysis/verdicts/side.ts';
import { closed, recordedPaths } from '../../../../support/recorded-run.ts';
import { openSide } from '../../../../support/open-side.ts';
import { rowSide } from '../../../../support/row-side.ts';

const [one, two] = recordedPaths() as [Path, Path];

const knownOf = (...sides: readonly Side[]) =>
  createKnownCells(sides.flatMap(({ repeats }) => repeats));

const speedsOf = (side: Side, known: ReturnType<typeof knownOf>) => {
  const [cell] = side.repeats;
  if (cell === undefined) throw new Error('no repeat');
  return known.speedsOf(cell.cell);
};

const settled = (own: Side, rival: Side) => {
  const known = knownOf(own, rival);
  return settlementOf(speedsOf(own, known), [speedsOf(rival, known)], 100);
};

describe('what a runner knows of its cells', () => {
  it('is the rate at a closed loop, and at an open one the median that verdicts are of', () => {
    const [users, arrivals] = [rowSide(one, closed(4), [50, 51]), openSide(one, [20, 30])];
    const known = knownOf(users, arrivals);

    expect([...speedsOf(users, known).values()]).toMatchObject([
      { ratePerSecond: 50 },
      { ratePerSecond: 51 },
    ]);
    const medians = [...speedsOf(arrivals, known).values()];
    expect(medians.map((median) => 'medianMs' in median && Math.round(median.medianMs))).toEqual([
      20, 30,
    ]);
  });

  it('does not take paths for settled that carry the same offered load and are open in their medians', () => {
    const [first, near] = [openSide(one, [20, 24, 19, 22]), openSide(two, [18, 21, 20.5, 19])];
    const far = openSide(two, [90, 91, 92, 90]);

    expect(settled(first, near)).toBeUndefined();
    expect(settled(first, far)).toEqual({ settled: 1, open: 0 });
  });
});
