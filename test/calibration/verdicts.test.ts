import { FAMILY_ERROR } from '../../lib/bench/stats/judgement.ts';
import { binomialCdf } from '../../lib/bench/stats/probability.ts';
import { compareParallelServers } from './simulated-bursts.ts';
import { compareP95s, REPEATS_OF_RUNS, TIMES_NOISES } from './simulated-p95.ts';
import { calibrate, NOISES, sizesOf } from './simulated-verdicts.ts';

const RUNS = 500;

/** Whether this share is plausible if 5 % of all runs are wrong: a larger one occurs in fewer than one of a thousand tests. */
const isWithinError = (share: number, runs = RUNS): boolean =>
  binomialCdf(Math.ceil(share * runs) - 1, runs, FAMILY_ERROR) <= 0.999;

/** Each takes some hundredths of a second; `npm run bench:verdicts` simulates more. */
const BURST_RUNS = 100;

/** With each noise, a pair of runs of another length; `npm run bench:verdicts` tests all. */
const TIMES = TIMES_NOISES.map((noise, at) => ({
  ...noise,
  repeats: REPEATS_OF_RUNS[at % 3] ?? REPEATS_OF_RUNS[0],
}));

/** Each takes a tenth of a second. */
const COMPARISONS = 40;

describe('Verdicts on the p95s of two simulated runs', () => {
  it.each(TIMES)(
    'are wrong in at most 5 % of comparisons with $name and $repeats repeats',
    ({ repeats, ...noise }) => {
      for (const factor of [1, 1.25]) {
        const { wrong } = compareP95s(noise, repeats, factor, COMPARISONS);

        expect(isWithinError(wrong, COMPARISONS)).toBe(true);
      }
    },
  );

  it('find a p95 that is a quarter longer on a quiet machine, even with eight short repeats', () => {
    const [quiet] = TIMES_NOISES;

    expect(compareP95s(quiet, [8, 8], 1.25, COMPARISONS).slower).toBeGreaterThan(0.8);
  });
});

describe('Verdicts on simulated runs', () => {
  it.each(NOISES)(
    'are wrong in at most 5 % of runs and of levels, and decide more than tests of single pairs, with noise of $name',
    (noise) => {
      // `npm run bench:verdicts` tests all sizes.
      for (const size of sizesOf(noise).filter((_, at) => at % 2 === 0)) {
        const outcome = calibrate(noise, size, RUNS);

        expect({
          size,
          runs: isWithinError(outcome.wrongRuns),
          levels: isWithinError(outcome.wrongLevels),
          decidesMore: outcome.decidedPairs > outcome.decidedAlone,
        }).toEqual({ size, runs: true, levels: true, decidesMore: true });
      }
    },
  );

  it.each([1, 1.04])(
    'are wrong in at most 5 %% of runs with users in lockstep, and intervals hold, if one server takes %d times as long',
    (factor) => {
      const { wrong, covered } = compareParallelServers(factor, BURST_RUNS);

      expect({
        verdicts: isWithinError(wrong, BURST_RUNS),
        intervals: isWithinError(1 - covered, BURST_RUNS),
      }).toEqual({ verdicts: true, intervals: true });
    },
  );
});
