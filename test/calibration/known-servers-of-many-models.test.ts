import { measureKnown } from '../support/known-models.ts';

// These depend on the time that a server gets, so nothing else may run.
describe('a server of many models whose times are known', () => {
  it.each([
    ['waits', 'all'],
    ['waits', 'one-of-8'],
    ['goes-on', undefined],
  ] as const)(
    'has neighbours of which it is said: %s, if %s of their connections wait',
    async (loading, blocks) => {
      const { neighbour, load } = await measureKnown(
        { MiB: 8, loadMs: 600, lateMs: 200, blocks },
        [1, 2],
      );
      expect(neighbour.loading).toBe(loading);
      expect(load.tooEarly).toBe(1);
    },
    60_000,
  );

  it('has the rate over all models as a share of the rate of one', async () => {
    // Switching doubles the time of an answer.
    const { spread } = await measureKnown({ answerMs: 50, switchMs: 50 });
    const [last] = spread;
    expect(last?.models).toBe(9);
    expect(last?.uniform).toBeGreaterThan(0.4);
    expect(last?.uniform).toBeLessThan(0.7);
  }, 60_000);
});
