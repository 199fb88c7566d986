import { OUTCOME } from '../../../../lib/bench/load/outcome.ts';
import { Tally } from '../../../../lib/bench/load/tally.ts';

/** A tally of two virtual users, with a warm-up of 200 ms and a window of 500 ms. */
const tallyOf = (ends: readonly (readonly [user: number, doneMs: number])[]) => {
  const level = { loop: 'closed', virtualUsers: 2 } as const;
  const tally = new Tally({ level, warmupSeconds: 0.2, durationSeconds: 0.5, timeoutMs: 5000 });
  for (const [user, doneMs] of ends) tally.add(user, 0, 0, doneMs, 0, OUTCOME.succeeded, '');
  return tally;
};

describe('The measuring window', () => {
  it('begins at the end of the warm-up if every virtual user has had an answer by then', async () => {
    const tally = tallyOf([
      [0, 50],
      [1, 60],
    ]);

    expect(tally.window).toEqual({ startMs: 200, endMs: 700 });
    await expect(tally.windowOpened).resolves.toEqual(tally.window);
  });

  it('begins later if the first answer to a virtual user, or its failure, comes later', () => {
    const early = [0, 1, 2, 3].map((at) => [0, 80 * at] as const);

    expect(tallyOf(early).window).toBeUndefined();
    expect(tallyOf([...early, [1, 640]]).window).toEqual({ startMs: 640, endMs: 1140 });
  });
});
