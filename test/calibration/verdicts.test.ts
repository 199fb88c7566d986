import { FAMILY_ERROR } from '../../lib/bench/stats/judgement.ts';
import { binomialCdf } from '../../lib/bench/stats/probability.ts';
import { calibrate, NOISES, sizesOf } from './simulated-verdicts.ts';

jest.setTimeout(180_000);

const RUNS = 1000;

/** Whether so many wrong ones would be seen in one of a thousand such tests at least, if 5 % are wrong. */
const isWithinError = (share: number): boolean =>
  binomialCdf(Math.ceil(share * RUNS) - 1, RUNS, FAMILY_ERROR) <= 0.999;

describe('Verdicts on simulated runs', () => {
  it.each(NOISES)(
    'are wrong in at most 5 % of runs, and at 5 % of loads, and decide more than pair by pair: noise $name',
    (noise) => {
      // `npm run bench:verdicts` tries all sizes.
      for (const size of sizesOf(noise).filter((_, at) => at % 2 === 0)) {
        const outcome = calibrate(noise, size, RUNS);

        expect({
          size,
          runs: isWithinError(outcome.wrongRuns),
          loads: isWithinError(outcome.wrongLevels),
          decidesMore: outcome.decidedPairs > outcome.decidedAlone,
        }).toEqual({ size, runs: true, loads: true, decidesMore: true });
      }
    },
  );
});
