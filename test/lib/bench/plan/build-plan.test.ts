import { buildCells } from '../../../../lib/bench/plan/build-plan.ts';
import { buildPaths } from '../../../../lib/bench/plan/build-paths.ts';
import { pathId, type Cell } from '../../../../lib/bench/model/cell.ts';
import type { PlanOverrides } from '../../../../lib/bench/model/plan-options.ts';
import { resolvePlanOptions } from '../../../../lib/bench/plan/plan-options.ts';

const plan = (overrides: PlanOverrides): readonly Cell[] => {
  const options = resolvePlanOptions({ seed: 1, ...overrides });
  return buildCells(buildPaths(options, overrides.servings !== undefined), options);
};
const ids = (cells: readonly Cell[]): string[] => cells.map(({ id }) => id);
const group = (cell: Cell): string => `${pathId(cell.path)} ${cell.engine} ${cell.scenario}`;
const groupOrder = (cells: readonly Cell[], repeat: number): string[] => [
  ...new Set(cells.filter((cell) => cell.repeat === repeat).map(group)),
];
const users = ({ level }: Cell): number => (level.loop === 'closed' ? level.virtualUsers : -1);
const ascends = (cells: readonly Cell[]): boolean =>
  cells.every((cell, index) => {
    const before = cells[index - 1];
    return before === undefined || group(before) !== group(cell) || users(before) < users(cell);
  });

describe('the cells of a plan', () => {
  it('come in the same order for the same seed, and in another for another', () => {
    expect(ids(plan({ seed: 7 }))).toEqual(ids(plan({ seed: 7 })));
    expect(ids(plan({ seed: 7 }))).not.toEqual(ids(plan({ seed: 8 })));
    expect(ids(plan({ seed: 7 })).toSorted()).toEqual(ids(plan({ seed: 8 })).toSorted());
  });

  it('have ids of their own', () => {
    const cells = plan({ profile: 'fair' });

    expect(new Set(ids(cells)).size).toBe(cells.length);
  });

  it('of the quick profile are all servings, cold and warm, three levels, three repeats and a ceiling for each level', () => {
    const cells = plan({ profile: 'quick' });
    const ceilings = cells.filter(({ engine }) => engine === 'null');

    expect(cells).toHaveLength(4 * 2 * 3 * 3 + 4 * 3);
    expect(ceilings.map(users).toSorted((a, b) => a - b)).toEqual(
      [1, 4, 10].flatMap((level) => [level, level, level, level]),
    );
    expect(ceilings.every(({ repeat, scenario }) => repeat === 1 && scenario === 'warm')).toBe(
      true,
    );
    expect(new Set(cells.map(({ path }) => path.payload))).toEqual(new Set(['tensor']));
  });

  it('of the quick profile have their ceilings in every repeat on node pairs, where each repeat is of another machine', () => {
    const options = resolvePlanOptions({ seed: 1, profile: 'quick' }, 'aws');
    const cells = buildCells(buildPaths(options, false), options);
    const repeats = cells.filter(({ engine }) => engine === 'null').map(({ repeat }) => repeat);

    expect(repeats).toEqual([1, 2, 3].flatMap((repeat) => Array<number>(12).fill(repeat)));
  });

  it('of a ceiling in every repeat last no longer than 20 s, and stand among the measured ones', () => {
    const cells = plan({ profile: 'published', repeats: 2 });
    const ceilings = cells.filter(({ engine }) => engine === 'null');
    const last = cells.filter(({ repeat }) => repeat === 1).at(-1);

    expect(new Set(ceilings.map(({ durationSeconds }) => durationSeconds))).toEqual(new Set([20]));
    expect(new Set(ceilings.map(({ repeat }) => repeat))).toEqual(new Set([1, 2]));
    expect(last?.engine).toBe('onnx');
  });

  it.each([
    ['embedded', 0.5],
    ['k6', undefined],
  ] as const)('have with %s a direct check of %p s over gRPC', (loadEngine, seconds) => {
    const both = { protocols: ['rest', 'grpc'], directSeconds: 0.5, ceilings: 'none' } as const;
    const cells = plan({ ...both, loadEngine });
    const secondsOf = (protocol: string): Set<number | undefined> =>
      new Set(
        cells
          .filter(({ path }) => path.protocol === protocol)
          .map(({ directSeconds }) => directSeconds),
      );

    expect(secondsOf('rest')).toEqual(new Set([0.5]));
    expect(secondsOf('grpc')).toEqual(new Set([seconds]));
  });

  it('have a direct check where they are measured, and none where they are ceilings', () => {
    const cells = plan({ profile: 'quick', directSeconds: 0.5 });
    const secondsOf = (engine: Cell['engine']) =>
      new Set(cells.filter((cell) => cell.engine === engine).map((cell) => cell.directSeconds));

    expect(secondsOf('onnx')).toEqual(new Set([0.5]));
    expect(secondsOf('null')).toEqual(new Set([undefined]));
  });

  it('of the published profile are those of the study, with the payload that the study sent', () => {
    const cells = plan({ profile: 'published' });
    const measured = cells.filter(({ engine }) => engine === 'onnx');
    const payloads = new Map(cells.map(({ path }) => [path.serving, path.payload]));

    expect(measured).toHaveLength(4 * 2 * 10 * 5);
    expect(cells.length - measured.length).toBe(4 * 10 * 5);
    expect(measured[0]).toMatchObject({ durationSeconds: 60, warmupSeconds: 0, timeoutMs: 60_000 });
    expect(Object.fromEntries(payloads)).toEqual({
      tfserving: 'tensor_fullsize',
      torchserve: 'image',
      triton_pytorch: 'tensor',
      triton_tensorflow: 'tensor',
    });
  });

  it('of the fair profile start at one virtual user and take images beside tensors', () => {
    const cells = plan({ profile: 'fair' });

    expect([...new Set(cells.map(users))].toSorted((a, b) => a - b)).toEqual([
      1, 2, 4, 8, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100,
    ]);
    expect(new Set(cells.map(({ path }) => `${path.serving} ${path.payload}`))).toEqual(
      new Set([
        'torchserve tensor',
        'torchserve image',
        'tfserving tensor',
        'tfserving image',
        'triton_pytorch tensor',
        'triton_tensorflow tensor',
      ]),
    );
  });

  it('run block by block: a repeat begins when the one before has ended', () => {
    const repeats = plan({ repeats: 3 }).map(({ repeat }) => repeat);

    expect(repeats).toEqual(repeats.toSorted((a, b) => a - b));
  });

  it('keep a group together', () => {
    const cells = plan({ repeats: 4, ceilings: 'none' });
    const runs = cells.filter((cell, index) => {
      const before = cells[index - 1];
      return before === undefined || group(before) !== group(cell) || before.repeat !== cell.repeat;
    });

    expect(runs).toHaveLength(4 * 2 * 4);
  });

  it('mirror the groups of an odd repeat in the even one behind it, and order the next odd one anew', () => {
    const cells = plan({ repeats: 5, ceilings: 'none' });
    const [first, second, third, fourth, fifth] = [1, 2, 3, 4, 5].map((repeat) =>
      groupOrder(cells, repeat),
    );

    expect(second).toEqual(first?.toReversed());
    expect(fourth).toEqual(third?.toReversed());
    expect(new Set([first, third, fifth].map((order) => order?.join()))).toHaveProperty('size', 3);
  });

  it('mirror levels that are shuffled, too, so that two paths at one load change places at the same distance', () => {
    const cells = plan({ profile: 'fair', repeats: 2, ceilings: 'none' });
    const withoutRepeat = cells.map((cell) => `${group(cell)} ${users(cell)}`);

    expect(withoutRepeat.slice(cells.length / 2)).toEqual(
      withoutRepeat.slice(0, cells.length / 2).toReversed(),
    );
  });

  it('mirror the measured groups also where only the first repeat has ceilings among them', () => {
    const cells = plan({ repeats: 2, ceilings: 'once' });
    const measured = groupOrder(cells, 1).filter((one) => !one.includes(' null '));

    expect(groupOrder(cells, 1)).toHaveLength(4 * 2 + 4);
    expect(groupOrder(cells, 2)).toEqual(measured.toReversed());
  });

  it('have no ceilings where none are wanted', () => {
    expect(plan({ ceilings: 'none' }).some(({ engine }) => engine === 'null')).toBe(false);
  });

  it('ascend inside a group of the published profile, and do not all ascend in the quick one', () => {
    expect(ascends(plan({ profile: 'published', repeats: 1 }))).toBe(true);
    expect(ascends(plan({ profile: 'quick', repeats: 1 }))).toBe(false);
  });

  it('measure the ceiling of an open loop in a closed one', () => {
    const cells = plan({
      levels: [{ loop: 'open', ratePerSecond: 20, arrivals: 'poisson' }],
      servings: ['tfserving'],
      repeats: 1,
    });

    expect(cells.map(({ engine, level }) => `${engine} ${level.loop}`).toSorted()).toEqual([
      'null closed',
      'onnx open',
      'onnx open',
    ]);
  });

  it('have no ceilings where the null engine itself is measured', () => {
    expect(plan({ engine: 'null', repeats: 1 })).toHaveLength(4 * 2 * 3);
  });
});
