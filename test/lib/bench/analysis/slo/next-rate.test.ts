import { createRandom } from '../../../../../lib/bench/load/random.ts';
import type { SloTrial } from '../../../../../lib/bench/analysis/slo/judge-trial.ts';
import {
  BRACKET_SHARE,
  searchState,
  type SearchState,
} from '../../../../../lib/bench/analysis/slo/next-rate.ts';
import { MOST_TRIALS } from '../../../../../lib/bench/plan/slo/search.ts';

const trial = (ratePerSecond: number, valid: boolean): SloTrial => ({
  ratePerSecond,
  valid,
});

/** Runs a search against a serving until it ends. */
const search = (
  isCarried: (rate: number) => boolean,
  { firstRate = 70, lowestRate = 1 } = {},
): { readonly state: SearchState; readonly trials: readonly SloTrial[] } => {
  const trials: SloTrial[] = [];
  for (;;) {
    const state = searchState(trials, { firstRate, lowestRate });
    if (state.next === undefined) return { state, trials };
    trials.push(trial(state.next, isCarried(state.next)));
  }
};

describe('a search for the highest rate', () => {
  it.each([1.3, 12, 69, 71, 100, 430, 3000])(
    'encloses %p requests/s, wherever it began',
    (limit) => {
      const { state, trials } = search((rate) => rate <= limit);
      const [valid = 0, invalid = 0] = [state.highestValid, state.lowestInvalid].map(
        (one) => one?.ratePerSecond,
      );

      expect(state.end).toBe('found');
      expect(valid).toBeLessThanOrEqual(limit);
      expect(invalid).toBeGreaterThan(limit);
      expect(invalid / valid).toBeLessThanOrEqual(1 + BRACKET_SHARE);
      expect(trials.length).toBeLessThanOrEqual(MOST_TRIALS);
      expect(new Set(trials.map(({ ratePerSecond }) => ratePerSecond)).size).toBe(trials.length);
    },
  );

  it('ends at the lowest rate where none is carried', () => {
    const { state, trials } = search(() => false, { firstRate: 70, lowestRate: 5 });

    expect(state).toMatchObject({ end: 'unreachable', lowestInvalid: { ratePerSecond: 5 } });
    expect(state.highestValid).toBeUndefined();
    expect(trials.at(-1)?.ratePerSecond).toBe(5);
  });

  it('gives up where every rate is carried, and keeps the highest', () => {
    const { state, trials } = search(() => true);

    expect(state.end).toBe('given-up');
    expect(state.highestValid).toBe(trials.at(-1));
    expect(trials).toHaveLength(MOST_TRIALS);
  });

  it('counts the lower rate where noise made a higher one valid', () => {
    const state = searchState([trial(70, false), trial(80, true), trial(40, true)], {
      firstRate: 70,
      lowestRate: 1,
    });

    expect(state.highestValid?.ratePerSecond).toBe(40);
    expect(state.next).toBeCloseTo(Math.sqrt(40 * 70), 0);
  });

  it('ends near the limit of a noisy serving, whose trials near it may fall either way', () => {
    const limit = 100;
    const errors = Array.from({ length: 300 }, (_, seed) => {
      const random = createRandom(seed);
      const { state } = search((rate) => rate <= limit * (0.95 + 0.1 * random()), {
        firstRate: 20 + seed,
      });
      expect(state.end).toBe('found');
      return (state.highestValid?.ratePerSecond ?? 0) / limit;
    });

    expect(Math.min(...errors)).toBeGreaterThan(0.88);
    expect(Math.max(...errors)).toBeLessThan(1.06);
  });
});
