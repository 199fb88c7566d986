import { FAMILY_ERROR } from '../../lib/bench/stats/judgement.ts';
import { binomialCdf } from '../../lib/bench/stats/probability.ts';
import { compareParallelServers } from './simulated-bursts.ts';
import { compareP95s, REPEATS_OF_RUNS, TIMES_NOISES } from './simulated-p95.ts';
import { BUSY_E, outcomeOf, QUIET } from './simulated-verdicts.ts';

/** Each takes some hundredths of a second; `npm run bench:verdicts` simulates more. */
const RUNS = 60;

/** Whether this share is plausible if 5 % of all runs are wrong: a larger one occurs in fewer than one of a thousand tests. */
const isWithinError = (share: number, runs = RUNS): boolean =>
  binomialCdf(Math.ceil(share * runs) - 1, runs, FAMILY_ERROR) <= 0.999;

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
  it.each([
    ['a quiet machine, with equal rates', QUIET, 'equal'],
    ['a quiet machine, with rates that are 3 % apart', QUIET, 'onMargin'],
    ['a busy machine, with equal rates', BUSY_E, 'equal'],
  ] as const)(
    'are wrong in at most 5 %% of the runs that end when they have an answer, on %s',
    (_, machine, truth) => {
      expect(isWithinError(outcomeOf(truth, machine, 0.01, RUNS).wrong)).toBe(true);
    },
  );

  it('find differences of 6 to 20 % early on a quiet machine, and by CPU time on a busy one', () => {
    const onQuiet = outcomeOf('apart', QUIET, 0.01, RUNS / 4);

    expect(onQuiet.decidedRate).toBeGreaterThan(0.85);
    expect(onQuiet.repeats).toBeLessThan(12);
    expect(outcomeOf('apart', BUSY_E, 0.01, RUNS / 4).decidedCpu).toBeGreaterThan(0.7);
  });

  it.each([1, 1.04])(
    'are wrong in at most 5 %% of runs with users in lockstep, and intervals hold, if one server takes %d times as long',
    (factor) => {
      const { wrong, covered } = compareParallelServers(factor, RUNS);

      expect({
        verdicts: isWithinError(wrong),
        intervals: isWithinError(1 - covered),
      }).toEqual({ verdicts: true, intervals: true });
    },
  );
});
