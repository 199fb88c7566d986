import { knownLoad } from '../../../../../lib/bench/analysis/checks/calibration.ts';

/** Rate and mean latency of N users, by playing their requests one after the other on a clock of integers. */
const play = (virtualUsers: number, delayMs: number, ownMs: number) => {
  const rounds = 200;
  // When each user's next request reaches the serving; all begin at once.
  const arrivals = Array.from({ length: virtualUsers }, () => ownMs);
  let freeMs = 0;
  const ends: number[] = [];
  for (let request = 0; request < rounds * virtualUsers; request += 1) {
    const next = arrivals.indexOf(Math.min(...arrivals));
    freeMs = Math.max(freeMs, arrivals[next] ?? 0) + delayMs;
    ends.push(freeMs);
    arrivals[next] = freeMs + ownMs;
  }
  const half = ends.slice(ends.length / 2);
  const first = half[0] ?? 0;
  const ratePerSecond = ((half.length - 1) * 1000) / ((half.at(-1) ?? 0) - first);
  return { ratePerSecond, meanMs: (virtualUsers * 1000) / ratePerSecond };
};

describe('What N users get of a serving that takes D for a request, one at a time', () => {
  it.each([
    ['whose queue never empties', 4, 25, 6, { ratePerSecond: 40, meanMs: 100, atEdges: 1 }],
    ['that is just never idle', 4, 25, 75, { ratePerSecond: 40, meanMs: 100, atEdges: 1 }],
    ['that no two need at a time', 4, 25, 175, { ratePerSecond: 20, meanMs: 200, atEdges: 4 }],
    ['by one user', 1, 25, 15, { ratePerSecond: 25, meanMs: 40, atEdges: 1 }],
  ] as const)('%s', (_, virtualUsers, delayMs, ownMs, known) => {
    expect(knownLoad({ virtualUsers, delayMs }, ownMs)).toEqual(known);
  });

  it.each([
    [4, 25, 6],
    [4, 25, 75],
    [4, 25, 120],
    [3, 10, 21],
    [1, 25, 15],
  ])('is what their requests give when they are played: N %d, D %d, own %d', (users, d, own) => {
    const known = knownLoad({ virtualUsers: users, delayMs: d }, own);
    const played = play(users, d, own);

    expect(Math.abs(played.ratePerSecond / known.ratePerSecond - 1)).toBeLessThan(0.01);
    expect(Math.abs(played.meanMs / known.meanMs - 1)).toBeLessThan(0.01);
  });
});
