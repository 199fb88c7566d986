import { createRandom } from '../../../../lib/bench/load/random.ts';
import { buildCells } from '../../../../lib/bench/plan/build-plan.ts';
import { buildPaths } from '../../../../lib/bench/plan/build-paths.ts';
import { pathId, type Cell } from '../../../../lib/bench/plan/cell.ts';
import { estimateSeconds } from '../../../../lib/bench/plan/estimate.ts';
import { resolvePlanOptions, type PlanOverrides } from '../../../../lib/bench/plan/plan-options.ts';
import { shareCells } from '../../../../lib/bench/plan/share-cells.ts';

const cellsOf = (overrides: PlanOverrides): readonly Cell[] => {
  const options = resolvePlanOptions({ seed: 1, profile: 'fair', ...overrides });
  return buildCells(buildPaths(options, false), options);
};
const group = ({ path, engine, scenario, repeat }: Cell): string =>
  `${repeat} ${pathId(path)} ${engine} ${scenario}`;
const repeatsOf = (cells: readonly Cell[] = []): number[] => [
  ...new Set(cells.map(({ repeat }) => repeat)),
];
const sharesOf = (
  shared: Readonly<Record<string, readonly Cell[]>>,
): readonly (readonly Cell[])[] => Object.values(shared);

const random = createRandom(4);
const anything = Array.from({ length: 15 }, () => {
  const pairs = Array.from({ length: 1 + Math.floor(random() * 9) }, (_, index) => index * 2 + 1);
  const repeats = 1 + Math.floor(random() * 7);
  const ceilings = random() < 0.5 ? ('once' as const) : ('none' as const);
  const cells = cellsOf({ repeats, ceilings, seed: Math.floor(random() * 1000) });
  return { pairs, repeats, ceilings, cells };
});

describe('sharing the cells of a plan', () => {
  it('gives every cell to exactly one pair, in the order of the plan', () => {
    for (const { cells, pairs } of anything) {
      const shared = shareCells(cells, pairs);

      expect(Object.keys(shared).map(Number)).toEqual(pairs);
      for (const own of sharesOf(shared)) {
        const ids = new Set(own.map(({ id }) => id));
        expect(own).toEqual(cells.filter(({ id }) => ids.has(id)));
      }
      const all = sharesOf(shared).flatMap((own) => own.map(({ id }) => id));
      expect(all.toSorted()).toEqual(cells.map(({ id }) => id).toSorted());
    }
  });

  it('keeps a repeat on one pair where there are enough of them, and a group on one pair always', () => {
    for (const { cells, pairs, repeats } of anything) {
      const shares = sharesOf(shareCells(cells, pairs));
      const holders = (key: (cell: Cell) => string, value: string): number =>
        shares.filter((own) => own.some((cell) => key(cell) === value)).length;

      for (const one of new Set(cells.map(group))) expect(holders(group, one)).toBe(1);
      if (pairs.length > repeats) continue;
      for (const { repeat } of cells) {
        expect(holders((cell) => String(cell.repeat), String(repeat))).toBe(1);
      }
    }
  });

  it('gives no pair more than a block beyond another, ceilings aside', () => {
    for (const { cells, pairs } of anything.filter(
      (one) => one.ceilings === 'none' && one.pairs.length <= one.repeats,
    )) {
      const loads = sharesOf(shareCells(cells, pairs)).map((own) => estimateSeconds(own));
      const block = estimateSeconds(cells.filter(({ repeat }) => repeat === 1));

      expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(block * 1.001);
    }
  });

  it('gives no pair more than a group beyond another where they share a repeat', () => {
    for (const { cells, pairs, repeats } of anything.filter(
      (one) => one.pairs.length > one.repeats,
    )) {
      const shares = sharesOf(shareCells(cells, pairs));
      const longest = Math.max(
        ...[...new Set(cells.map(group))].map((one) =>
          estimateSeconds(cells.filter((cell) => group(cell) === one)),
        ),
      );
      for (let repeat = 1; repeat <= repeats; repeat += 1) {
        const loads = shares
          .filter((own) => repeatsOf(own).includes(repeat))
          .map((own) => estimateSeconds(own));
        // Answers are checked once a share and path, which the groups alone do not show.
        expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(longest + 5);
      }
    }
  });

  it('measures ceilings in every repeat on every pair', () => {
    const shared = shareCells(cellsOf({ repeats: 3, ceilings: 'each' }), [1, 2, 3]);
    const ceilings = Object.values(shared).map((own) =>
      own.filter((cell) => cell.engine === 'null'),
    );

    expect(new Set(ceilings.map(({ length }) => length)).size).toBe(1);
    expect(ceilings[0]?.length).toBeGreaterThan(0);
  });

  it('measures ceilings of the first repeat on its pair', () => {
    const shared = shareCells(cellsOf({ repeats: 5, ceilings: 'once' }), [1, 2, 3]);
    const withCeilings = Object.entries(shared).filter(([, own]) =>
      own.some(({ engine }) => engine === 'null'),
    );

    expect(withCeilings.map(([pair]) => pair)).toEqual(['1']);
    expect([1, 2, 3].map((pair) => repeatsOf(shared[pair]))).toEqual([[1, 4], [2, 5], [3]]);
  });

  it('shares what is left of a plan like a whole one', () => {
    const left = cellsOf({ repeats: 5 }).filter(({ repeat }) => repeat === 2 || repeat === 5);
    const shared = shareCells(left, [1, 3]);

    expect([1, 3].map((pair) => repeatsOf(shared[pair]))).toEqual([[2], [5]]);
  });

  it('leaves pairs without work where there is too little', () => {
    const [first] = cellsOf({ repeats: 1 });
    if (first === undefined) throw new Error('no cell');

    expect(shareCells([first], [1, 2])).toEqual({ 1: [first], 2: [] });
    expect(shareCells([], [4])).toEqual({ 4: [] });
  });
});
