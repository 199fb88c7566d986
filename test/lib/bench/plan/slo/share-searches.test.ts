import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import {
  unfinishedCells,
  unfinishedSearches,
} from '../../../../../lib/bench/aws/resume-request.ts';
import { pathId } from '../../../../../lib/bench/plan/cell.ts';
import { shareWork, type Work } from '../../../../../lib/bench/plan/share-work.ts';
import { mergeRuns } from '../../../../../lib/bench/results/merge-runs.ts';
import type { ResultRecord } from '../../../../../lib/bench/results/record.ts';
import { createCellQueue } from '../../../../../lib/bench/run/cell-queue.ts';
import { recordedEnvironment, recordedPaths } from '../../../../support/recorded-run.ts';
import { measureLimited, searchedPlan } from '../../../../support/searched-plan.ts';

const plan = searchedPlan([15, 50], recordedPaths());

/** What a pair measures of its share: to its end, or so many cells. */
const measure = (
  pair: number,
  { cells, searches = [] }: Work,
  { known = [] as readonly ResultRecord[], most = Infinity, assignment = 0 } = {},
): readonly ResultRecord[] => {
  const own: ResultRecord[] = [];
  const queue = createCellQueue({ searches }, cells, () => false, known);
  for (let next = queue.next(); next !== undefined && own.length < most; next = queue.next()) {
    const record = measureLimited(next.cell, { pair, assignment });
    own.push(record);
    queue.note(record);
  }
  return own;
};

const shareOf = (shares: ReturnType<typeof shareWork>, pair: number): Work => {
  const share = shares[String(pair)];
  if (share === undefined) throw new Error(`no share of pair ${pair}`);
  return share;
};

const searchesOf = (parts: readonly (readonly [number, readonly ResultRecord[]])[]) => {
  const merged = mergeRuns(
    parts.map(([pair, records]) => ({ pair, plan, environment: recordedEnvironment, records })),
  );
  return summarise(merged).sloSearches ?? [];
};

const [whole] = [summarise({ plan, environment: recordedEnvironment, records: measure(1, plan) })];
const found = (searches = whole?.sloSearches ?? []) =>
  searches.map(({ state, highestValid }) => [state, highestValid?.ratePerSecond]);

describe('the searches of a plan that pairs share', () => {
  it('are each with one pair, where the cells are measured that tell it where to begin', () => {
    for (const pairs of [[1], [1, 2], [2, 5, 7], [1, 2, 3, 4, 5, 6]]) {
      const shares = Object.values(shareWork(plan, pairs));
      const given = shares.flatMap(({ searches }) => searches.map(({ id }) => id));

      expect(given.toSorted()).toEqual((plan.searches ?? []).map(({ id }) => id).toSorted());
      for (const { cells, searches } of shares) {
        const measured = new Set(
          cells.flatMap(({ engine, path }) => (engine === 'onnx' ? [pathId(path)] : [])),
        );
        for (const { path } of searches) expect(measured).toContain(pathId(path));
      }
    }
  });

  it('are as many for each of two pairs, since they take longest', () => {
    const shares = Object.values(shareWork(plan, [1, 2]));

    expect(shares.map(({ searches }) => searches.length)).toEqual([4, 4]);
  });

  it('are all with one pair that are of one path, also where its pilots have several', () => {
    const twice = plan.cells.map((cell) => ({ ...cell, id: `r2/${cell.id}`, repeat: 2 }));
    const shares = shareWork({ ...plan, cells: [...plan.cells, ...twice] }, [1, 2]);
    const pathsBy = Object.values(shares).map(({ searches }) =>
      searches.map(({ path }) => pathId(path)),
    );

    expect(pathsBy.map(({ length }) => length)).toEqual([4, 4]);
    for (const id of pathsBy[0] ?? []) expect(pathsBy[1]).not.toContain(id);
  });

  it('end at the rates at which those of a single runner end', () => {
    const shares = shareWork(plan, [1, 2]);
    const parts = [1, 2].map((pair) => [pair, measure(pair, shareOf(shares, pair))] as const);

    expect(found(searchesOf(parts))).toEqual(found());
    expect(new Set(found().map(([state]) => state))).toEqual(new Set(['found']));
  });

  it('go on with another pair at the trial where the first was lost, and end at the same', () => {
    const shares = shareWork(plan, [1, 2]);
    const second = measure(2, shareOf(shares, 2));
    for (const most of [0, 6, 20]) {
      const first = measure(1, shareOf(shares, 1), { most });
      const records = [...first, ...second];
      const cells = unfinishedCells(plan.cells, records);
      const searches = unfinishedSearches(plan.searches ?? [], cells, records);
      const resumed = shareOf(shareWork({ cells, searches }, [2], records), 2);
      const rest = measure(2, resumed, { known: records, assignment: 1 });
      const trials = [...records, ...rest].flatMap((one) =>
        one.kind === 'cell' ? [one.cell.id] : [],
      );

      expect(searches.length).toBeGreaterThan(0);
      expect(new Set(trials).size).toBe(trials.length);
      expect(
        found(
          searchesOf([
            [1, first],
            [2, [...second, ...rest]],
          ]),
        ),
      ).toEqual(found());
    }
  });

  it('stay with the pair that has begun them, where it is still there', () => {
    const shares = shareWork(plan, [1, 2]);
    const records = [1, 2].flatMap((pair) => measure(pair, shareOf(shares, pair), { most: 9 }));
    const cells = unfinishedCells(plan.cells, records);
    const searches = unfinishedSearches(plan.searches ?? [], cells, records);
    const again = shareWork({ cells, searches }, [1, 2], records);

    expect(cells).toEqual([]);
    for (const pair of [1, 2]) {
      const before = shareOf(shares, pair).searches?.map(({ id }) => id);
      for (const { id } of shareOf(again, pair).searches ?? []) expect(before).toContain(id);
    }
  });

  it('are nothing to go on with when they are over, or cannot begin', () => {
    const records = measure(1, plan);
    const dead = plan.cells.map((cell) => ({
      ...measureLimited(cell),
      load: { ...measureLimited(cell).load, requestRatePerSecond: 0 },
    }));

    expect(unfinishedSearches(plan.searches ?? [], [], records)).toEqual([]);
    expect(unfinishedSearches(plan.searches ?? [], [], dead)).toEqual([]);
    expect(unfinishedSearches(plan.searches ?? [], plan.cells, [])).toEqual(plan.searches);
  });
});
