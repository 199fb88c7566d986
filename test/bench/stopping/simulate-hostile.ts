import { buildCells } from '../../../lib/bench/plan/build-plan.ts';
import { resolvePlanOptions } from '../../../lib/bench/plan/plan-options.ts';
import { hostileRate, type HostileCurve } from './hostile-curves.ts';
import { carriedWords, simulateRun, trueWords, wordsOf, wrongWords } from './study-run.ts';
import { createNoisyStudy, studyPaths } from './study-servings.ts';

/** What is carried where the truth is built against it. */
export interface HostileSimulation {
  /** Words a run. */
  readonly carried: number;
  /** Share of the carried words that is wrong at the level that they were carried to. */
  readonly wrongShare: number;
}

/** Runs the published matrix with other truths, stopped early. */
export const simulateHostile = (kind: HostileCurve, runs: number): HostileSimulation => {
  let [carried, wrong] = [0, 0];
  for (let seed = 1; seed <= runs; seed += 1) {
    const rateOf = hostileRate(kind, seed);
    const options = { profile: 'published', seed, stopEarly: true, ceilings: 'none' } as const;
    const cells = buildCells(studyPaths, resolvePlanOptions(options));
    const words = wordsOf(cells, simulateRun(cells, createNoisyStudy(seed, rateOf), true).known);
    const said = carriedWords(words);
    carried += said.size;
    wrong += wrongWords(said, trueWords(words, rateOf));
  }
  return { carried: carried / runs, wrongShare: wrong / Math.max(1, carried) };
};
