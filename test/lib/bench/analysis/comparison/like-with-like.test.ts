import {
  likeWithLike,
  type PlacedRepeats,
} from '../../../../../lib/bench/analysis/comparison/like-with-like.ts';
import { decideFamily, type Decision } from '../../../../../lib/bench/analysis/verdicts/decide.ts';
import { unpairedLogRatio } from '../../../../../lib/bench/analysis/verdicts/log-ratio.ts';
import { rateOf } from '../../../../../lib/bench/analysis/verdicts/side.ts';
import {
  closed,
  completedCell,
  loadResult,
  planCell,
  recordedPaths,
} from '../../../../support/recorded-run.ts';
import { normalFrom } from './run-on-pairs.ts';

const [path] = recordedPaths();
if (path === undefined) throw new Error('no path');
const template = loadResult([100], 60);

/** The machine and the rate of each repeat. */
type Repeats = readonly (readonly [machine: string, ratePerSecond: number])[];

const placed = (repeats: Repeats): PlacedRepeats => {
  const machines = new Map<number, string>();
  return {
    repeats: repeats.map(([machine, requestRatePerSecond], index) => {
      machines.set(index + 1, machine);
      const cell = planCell(path, 'onnx', 'warm', closed(10), index + 1);
      return completedCell(cell, { ...template, requestRatePerSecond });
    }),
    machineOf: ({ cell }) => machines.get(cell.repeat) ?? 'none',
  };
};

const hold = (before: Repeats, after: Repeats) =>
  likeWithLike({ before: placed(before), after: placed(after) });

/** Repeats at one rate that went to the machines in turn. */
const inTurn = (machines: readonly string[], repeats = 6, rate = 100): Repeats =>
  Array.from({ length: repeats }, (_, index) => [machines[index % machines.length] ?? '', rate]);

const ratioOf = (likeness: ReturnType<typeof hold>): number => {
  if (typeof likeness === 'string') throw new Error(likeness);
  return Math.exp(likeness.ratio.mean);
};

describe('repeats of two runs', () => {
  it('are all compared where one machine measured them', () => {
    const before: Repeats = [100, 101, 99].map((rate) => ['a', rate]);
    const after: Repeats = [110, 111, 109, 110].map((rate) => ['a', rate]);
    const likeness = hold(before, after);

    expect(likeness).toEqual({
      ratio: unpairedLogRatio(
        placed(after).repeats.map(rateOf),
        placed(before).repeats.map(rateOf),
      ),
      repeatsBefore: 3,
      repeatsAfter: 4,
    });
  });

  it('are compared inside each machine that both runs used, so that the machines cancel', () => {
    const speeds = { a: 100, b: 60, c: 150 };
    const machines = ['a', 'b', 'c', 'a', 'b', 'c'] as const;
    const before = machines.map((one) => [one, speeds[one]] as const);
    const likeness = hold(
      before,
      before.map(([one, rate]) => [one, rate * 1.1] as const),
    );

    expect(ratioOf(likeness)).toBeCloseTo(1.1, 10);
    expect(likeness).toMatchObject({
      repeatsBefore: 6,
      machines: { method: 'within', before: 3, after: 3, repeatsLeftOut: 0 },
      ratio: { degreesOfFreedom: 5 },
    });
  });

  it('count for nothing where the other run has none of that machine', () => {
    const before: Repeats = [
      ['a', 100],
      ['b', 50],
      ['a', 100],
      ['b', 50],
      ['a', 100],
      ['b', 50],
    ];
    const after: Repeats = [100, 100, 100].map((rate) => ['a', rate]);
    const likeness = hold(before, after);

    expect(ratioOf(likeness)).toBeCloseTo(1, 10);
    expect(likeness).toMatchObject({
      repeatsBefore: 3,
      repeatsAfter: 3,
      machines: { method: 'within', before: 1, after: 1, repeatsLeftOut: 3 },
    });
  });

  it('become one measurement a machine where the runs had three or more different ones', () => {
    const likeness = hold(inTurn(['a', 'b', 'c'], 6, 100), inTurn(['d', 'e', 'f', 'g'], 8, 120));

    expect(ratioOf(likeness)).toBeCloseTo(1.2, 10);
    expect(likeness).toMatchObject({
      repeatsBefore: 6,
      repeatsAfter: 8,
      machines: { method: 'between', before: 3, after: 4 },
    });
    if (typeof likeness === 'string') throw new Error(likeness);
    // 3 and 4 machines allow 5 at most; 6 and 8 repeats would allow 12.
    expect(likeness.ratio.degreesOfFreedom).toBeLessThanOrEqual(5);
  });

  it('support no verdict where what machines differ by is unknown', () => {
    expect(hold(inTurn(['a']), inTurn(['b']))).toBe(
      'The runs ran on different machines (1 before and 1 after; a node pair counts as one), and how much machines differ is unknown: a verdict needs 3 repeats of both on the same nodes, or 3 node pairs in each run.',
    );
    expect(hold(inTurn(['a', 'b']), inTurn(['c', 'd', 'e']))).toMatch(
      /^The runs ran on different machines/,
    );
    expect(hold(inTurn(['a', 'b', 'c']), inTurn(['c', 'd']))).toMatch(
      /^Too few repeats of both runs ran on the same machines \(3 before and 2 after; .*, 1 in both\)/,
    );
  });
});

const ROWS = 8;
const REPEATS = 6;
const NOISE = 0.01;
const normal = normalFrom(17);

/** Speeds of machines that differ by a coefficient of variation. */
const speeds = (count: number, variation: number): readonly number[] =>
  Array.from({ length: count }, () => Math.exp(variation * normal()));

/** Rows of a run whose repeats went to the machines in turn. */
const rowsOf = (name: string, machines: readonly number[], truth: number): readonly Repeats[] =>
  Array.from({ length: ROWS }, () =>
    Array.from({ length: REPEATS }, (_, repeat) => {
      const index = repeat % machines.length;
      return [
        `${name} ${index}`,
        100 * truth * (machines[index] ?? 1) * Math.exp(NOISE * normal()),
      ] as const;
    }),
  );

const shareWrong = (once: () => readonly Decision[]): number => {
  const runs = Array.from({ length: 1000 }, once);
  const wrong = runs.filter((family) =>
    family.some(({ word }) => word === 'faster' || word === 'slower'),
  );
  return wrong.length / runs.length;
};

const decided = (before: readonly Repeats[], after: readonly Repeats[]): readonly Decision[] =>
  decideFamily(
    before.flatMap((row, index) => {
      const likeness = hold(row, after[index] ?? []);
      return typeof likeness === 'string' ? [] : [likeness.ratio];
    }),
  );

/** Both runs on the same three machines. */
const onSame = (truth: number): readonly Decision[] => {
  const machines = speeds(3, 0.1);
  return decided(rowsOf('both', machines, 1), rowsOf('both', machines, truth));
};

/** All words of a hundred such comparisons. */
const wordsAt = (truth: number) =>
  Array.from({ length: 100 }, () => onSame(truth)).flatMap((family) =>
    family.map(({ word }) => word),
  );

const shareOf = (word: string, words: readonly string[]): number =>
  words.filter((one) => one === word).length / words.length;

describe('the words over 1,000 comparisons of runs that differ by their machines only', () => {
  it.each([
    ['equally different before and after', 3, 3, 0.05, 0.05],
    ['different by more before', 3, 5, 0.1, 0.02],
    ['different by more after', 3, 3, 0.02, 0.1],
  ])('are wrong in at most 5 % on other machines, %s', (_, few, many, one, other) => {
    for (const truth of [1, 1.0299]) {
      expect(
        shareWrong(() =>
          decided(
            rowsOf('before', speeds(few, one), 1),
            rowsOf('after', speeds(many, other), truth),
          ),
        ),
      ).toBeLessThanOrEqual(0.05);
    }
  });

  it('are wrong in at most 5 % on the same machines, and tell equal runs from others', () => {
    expect(shareWrong(() => onSame(1.0299))).toBeLessThanOrEqual(0.05);
    expect(shareOf('faster', wordsAt(1.1))).toBeGreaterThan(0.9);
    expect(shareOf('equivalent', wordsAt(1))).toBeGreaterThan(0.3);
  });

  it('would be wrong in most if the repeats of all machines were taken together', () => {
    const together = shareWrong(() => {
      const before = rowsOf('before', speeds(2, 0.05), 1);
      const after = rowsOf('after', speeds(2, 0.05), 1);
      return decideFamily(
        before.map((row, index) =>
          unpairedLogRatio(
            placed(after[index] ?? []).repeats.map(rateOf),
            placed(row).repeats.map(rateOf),
          ),
        ),
      );
    });

    expect(together).toBeGreaterThan(0.05);
  });
});
