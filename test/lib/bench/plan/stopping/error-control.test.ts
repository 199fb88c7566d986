import { EQUIVALENCE_MARGIN } from '../../../../../lib/bench/analysis/verdicts/decide.ts';
import { createRandom } from '../../../../../lib/bench/load/random.ts';
import { buildCells } from '../../../../../lib/bench/plan/build-plan.ts';
import { pathId, type Cell } from '../../../../../lib/bench/plan/cell.ts';
import { resolvePlanOptions } from '../../../../../lib/bench/plan/plan-options.ts';
import { simulateRun, wordsOf } from '../../../../bench/stopping/study-run.ts';
import { closed, recordedPaths } from '../../../../support/recorded-run.ts';

const RUNS = 600;

/** The hardest truth: pairs that are equal or just inside the margin, so that "faster" and "slower" are always wrong. */
const RATES = [
  50,
  50,
  50 * (1 + EQUIVALENCE_MARGIN) - 0.001,
  50 * (1 + EQUIVALENCE_MARGIN) - 0.001,
];
const WINDOW_SECONDS = 60;

const paths = recordedPaths().slice(0, RATES.length);

const runOnce = (seed: number, variation: number, stopEarly: boolean) => {
  const options = resolvePlanOptions({
    seed,
    stopEarly,
    scenarios: ['warm'],
    levels: [closed(10)],
    repeats: 5,
    durationSeconds: WINDOW_SECONDS,
    ceilings: 'none',
  });
  const cells = buildCells(paths, options);
  const random = createRandom(seed);
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  // The same noise, whichever cells run.
  const noise = new Map(cells.map(({ id }) => [id, Math.exp(variation * normal())]));
  const rateOf = ({ id, path }: Cell): number => {
    const place = paths.findIndex((one) => pathId(one) === pathId(path));
    const answers = (RATES[place] ?? 0) * (noise.get(id) ?? 1) * WINDOW_SECONDS;
    return Math.round(answers) / WINDOW_SECONDS;
  };
  const { ran, known } = simulateRun(cells, rateOf, stopEarly);
  const isWrong = wordsOf(cells, known).some(({ word }) => word === 'faster' || word === 'slower');
  return { isWrong, share: ran.length / cells.length };
};

describe('early stopping where the truth lies on the margin', () => {
  it.each([0.002, 0.01])(
    'says a wrong word in at most 5 %% of the runs, with a noise of %d between repeats',
    (variation) => {
      const runs = Array.from({ length: RUNS }, (_, index) => runOnce(index + 1, variation, true));
      const wrong = runs.filter(({ isWrong }) => isWrong).length / RUNS;

      expect(wrong).toBeLessThanOrEqual(0.05);
      // It did stop.
      expect(runs.reduce((sum, { share }) => sum + share, 0) / RUNS).toBeLessThan(0.9);
    },
  );
});
