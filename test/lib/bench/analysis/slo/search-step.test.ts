import { createRandom } from '../../../../../lib/bench/load/random.ts';
import { searchStep, type SearchStep } from '../../../../../lib/bench/analysis/slo/search-step.ts';
import type { WindowResult } from '../../../../../lib/bench/analysis/slo/search-window.ts';
import {
  MOST_WINDOWS,
  trialCell,
  type SloSearch,
} from '../../../../../lib/bench/plan/slo/search.ts';
import { sloSearch } from '../../../../support/slo-search.ts';

const search = sloSearch({ windowsPerRate: 2 });
const asPlannedBefore = { p99Ms: search.p99Ms };

/** A window of which so many requests are late. */
const windowOf = (
  { ratePerSecond, window }: NonNullable<SearchStep['next']>,
  lateOf: (requests: number) => number,
): WindowResult => {
  const seconds = trialCell(search, ratePerSecond, window).durationSeconds;
  const requests = Math.round(ratePerSecond * seconds);
  const sent = {
    offered: requests,
    achieved: requests,
    mayWait: 0,
    unsent: 0,
    requests,
    finished: requests,
  };
  const counts = { ...sent, seconds, failed: 0, overBound: lateOf(requests) };
  return { ratePerSecond, window, counts };
};

type Late = (window: NonNullable<SearchStep['next']>, requests: number) => number;

/** Runs a search to its end. */
const run = (
  late: Late,
  planned: Pick<SloSearch, 'p99Ms' | 'windowsPerRate'> = search,
  firstRate = 70,
) => {
  const windows: WindowResult[] = [];
  for (;;) {
    const step = searchStep(planned, windows, { firstRate, lowestRate: 1 });
    const { next } = step;
    if (next === undefined) return { step, windows };
    windows.push(windowOf(next, (requests) => late(next, requests)));
  }
};

const tags = (windows: readonly WindowResult[], rate: number): readonly string[] =>
  windows
    .filter(({ ratePerSecond }) => ratePerSecond === rate)
    .map(({ window: { purpose, number } }) => `${purpose} ${number}`);

describe('a search', () => {
  it('measures a rate on, each time twice as long, where a window has too few requests to tell', () => {
    const { step, windows } = run(({ ratePerSecond }, requests) =>
      Math.round(requests * (ratePerSecond < 80 ? 0.0045 : 0.3)),
    );
    const [first] = windows.map(({ ratePerSecond }) => ratePerSecond);
    const seconds = windows
      .filter(({ ratePerSecond }) => ratePerSecond === first)
      .map(({ counts }) => counts?.seconds);

    expect(seconds.slice(0, 2)).toEqual([10, 20]);
    expect(tags(windows, first ?? 0)).toEqual(['trial 1', 'trial 2']);
    expect(step.trials[0]).toMatchObject({ valid: true, windows: 2, windowSeconds: 30 });
  });

  it('calls a rate undecided that all of its windows do not decide, and goes on below it', () => {
    const { step, windows } = run(({ ratePerSecond }, requests) =>
      Math.round(requests * (ratePerSecond < 68 ? 0 : 0.01)),
    );

    expect(tags(windows, 70)).toEqual(['trial 1', 'trial 2']);
    expect(step.trials[0]).toMatchObject({ valid: false, undecided: true, windows: 2 });
    expect(step).toMatchObject({ end: 'found', lowestInvalid: { undecided: true } });
    expect(step.highestValid?.ratePerSecond).toBeLessThan(68);
  });

  it('confirms the rate that it found in a window that did not choose it', () => {
    const { step, windows } = run(({ ratePerSecond }, requests) =>
      ratePerSecond < 100 ? 0 : requests,
    );
    const rate = step.highestValid?.ratePerSecond ?? 0;

    expect(step.end).toBe('found');
    expect(tags(windows, rate)).toEqual(['trial 1', 'confirmation 1']);
    expect(step.highestValid?.confirmation).toMatchObject({ valid: true, windows: 1 });
    expect(windows.filter(({ window }) => window.purpose === 'confirmation')).toHaveLength(1);
  });

  it('goes on below a rate that is not confirmed', () => {
    const { step } = run(({ ratePerSecond, window }, requests) => {
      const limit = window.purpose === 'trial' ? 100 : 90;
      return ratePerSecond < limit ? 0 : requests;
    });
    const fallen = step.trials.filter(({ confirmation }) => confirmation?.valid === false);

    expect(fallen.length).toBeGreaterThan(0);
    for (const { valid, reason, ratePerSecond } of fallen) {
      expect(valid).toBe(false);
      expect(reason).toMatch(/^It was carried at first, and not when it was measured again: /);
      expect(ratePerSecond).toBeGreaterThan(90);
    }
    expect(step.end).toBe('found');
    expect(step.highestValid?.ratePerSecond).toBeLessThan(90);
    expect(step.highestValid?.confirmation?.valid).toBe(true);
  });

  it('is given up where it takes too many windows', () => {
    const { step, windows } = run(({ window }, requests) =>
      window.purpose === 'trial' ? 0 : Math.round(requests * 0.01),
    );

    expect(step.end).toBe('given-up');
    expect(windows).toHaveLength(MOST_WINDOWS);
  });

  it('takes one window a rate and confirms nothing in plans made before there was more', () => {
    const { step, windows } = run(
      ({ ratePerSecond }, requests) => Math.round(requests * (ratePerSecond < 68 ? 0 : 0.01)),
      asPlannedBefore,
    );

    expect(step.end).toBe('found');
    expect(step.highestValid).not.toHaveProperty('confirmation');
    expect(windows.every(({ window }) => window.purpose === 'trial' && window.number === 1)).toBe(
      true,
    );
  });
});

describe('the claim of a search', () => {
  /** The share of late requests is 1 % at this rate, and doubles with every 5 % more. */
  const LIMIT = 100;
  const SEARCHES = 300;

  it('errs in less than 1 % of all searches, and comes close to the limit in most', () => {
    const searches = Array.from({ length: SEARCHES }, (_, seed) => {
      const random = createRandom(seed);
      const late: Late = ({ ratePerSecond }, requests) => {
        const share = Math.min(1, 0.01 * (ratePerSecond / LIMIT) ** 14.2);
        return Array.from({ length: requests }, random).filter((drawn) => drawn < share).length;
      };
      // Begun anywhere, so that the rates that are tried lie anywhere.
      const { step } = run(late, search, 40 + 80 * random());
      return { end: step.end, rate: step.highestValid?.ratePerSecond ?? 0 };
    });
    const shareOf = (is: (found: (typeof searches)[number]) => boolean): number =>
      searches.filter(is).length / SEARCHES;

    expect(shareOf(({ rate }) => rate > LIMIT)).toBeLessThan(0.01);
    expect(shareOf(({ end, rate }) => end === 'found' && rate > 0.88 * LIMIT)).toBeGreaterThan(0.9);
  });
});
