import { splitLoad } from '../../../../lib/bench/load/split-load.ts';
import type { Level } from '../../../../lib/bench/plan/cell.ts';

const split = (level: Level, machines: number) => splitLoad({ level, seed: 7 }, machines);

const usersOf = (virtualUsers: number, machines: number): readonly (number | undefined)[] =>
  split({ loop: 'closed', virtualUsers }, machines).map((part) =>
    part?.level.loop === 'closed' ? part.level.virtualUsers : undefined,
  );

describe('a load for several machines', () => {
  it('shares virtual users as evenly as they can be, and gives none to some where there are too few', () => {
    expect(usersOf(10, 4)).toEqual([3, 3, 2, 2]);
    expect(usersOf(4, 4)).toEqual([1, 1, 1, 1]);
    expect(usersOf(2, 3)).toEqual([1, 1, undefined]);
    expect(usersOf(5, 1)).toEqual([5]);
  });

  it('shares a rate evenly, in Poisson streams that are not the same', () => {
    const parts = split({ loop: 'open', ratePerSecond: 90, arrivals: 'poisson' }, 3);

    expect(parts.map((part) => part?.level)).toEqual(
      [1, 2, 3].map(() => ({ loop: 'open', ratePerSecond: 30, arrivals: 'poisson' })),
    );
    expect(new Set([7, ...parts.map((part) => part?.seed)]).size).toBe(4);
  });

  it('leaves constant arrivals to one machine, since several streams would make none that is constant', () => {
    const level = { loop: 'open', ratePerSecond: 90, arrivals: 'constant' } as const;

    expect(split(level, 3).map((part) => part?.level)).toEqual([level, undefined, undefined]);
  });

  it('is the same again for the same seed', () => {
    const level = { loop: 'closed', virtualUsers: 3 } as const;

    expect(split(level, 2)).toEqual(split(level, 2));
    expect(splitLoad({ level, seed: 8 }, 2)).not.toEqual(split(level, 2));
  });
});
