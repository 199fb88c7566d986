import { buildCells } from '../../../lib/bench/plan/build-plan.ts';
import { estimateSeconds } from '../../../lib/bench/plan/estimate.ts';
import { resolvePlanOptions } from '../../../lib/bench/plan/plan-options.ts';
import {
  allWords,
  carriedWords,
  measuredWords,
  simulateRun,
  trueWords,
  wordsOf,
  wrongWords,
} from './study-run.ts';
import { createNoisyStudy, studyPaths, studyRate } from './study-servings.ts';
import { wordChanges, type WordChanges } from './word-changes.ts';

/** What early stopping did to the study's matrix, means over the runs. */
export interface StudySimulation {
  readonly runs: number;
  /** Measuring windows of the whole plan, without ceilings. */
  readonly fullWindowHours: number;
  readonly earlyWindowHours: number;
  /** With warm-ups, direct checks, ceilings and starts of containers, as the plan estimates them. */
  readonly fullMachineHours: number;
  readonly earlyMachineHours: number;
  /** Cells that a rule left out, by rule. */
  readonly leftOut: Readonly<Record<string, number>>;
  /** Share of the runs in which any word is wrong, measured or carried. */
  readonly fullRunsWithWrongWord: number;
  readonly earlyRunsWithWrongWord: number;
  /** Words that were carried to levels that were left out, a run. */
  readonly carriedWords: number;
  /** Share of them that is wrong. */
  readonly wrongCarriedShare: number;
  /** Words of the early run at levels that it measured, and how they compare with the full run's. */
  readonly measured: WordChanges;
  /** The same at all levels, with the words that are carried. */
  readonly all: WordChanges;
  /** How the words of another full run, whose repeats scatter anew, compare with the full run's. */
  readonly again: WordChanges;
}

const HOUR_SECONDS = 3600;
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Far from the seeds of the runs. */
const OTHER_NOISE = 1_000_000;

const simulateOne = (seed: number) => {
  const planOf = (stopEarly: boolean) =>
    buildCells(studyPaths, resolvePlanOptions({ profile: 'published', seed, stopEarly }));
  const rateOf = createNoisyStudy(seed, studyRate);
  const [full, early] = [false, true].map((stopEarly) => {
    const cells = planOf(stopEarly);
    const run = simulateRun(cells, rateOf, stopEarly);
    const windows = run.ran.filter(({ engine }) => engine !== 'null');
    return {
      ...run,
      words: wordsOf(cells, run.known),
      windowHours: windows.reduce((sum, cell) => sum + cell.durationSeconds, 0) / HOUR_SECONDS,
      machineHours: estimateSeconds(run.ran, { where: 'aws', runtime: 'container' }) / HOUR_SECONDS,
    };
  });
  if (full === undefined || early === undefined) throw new Error('two runs');
  const cells = planOf(false);
  const again = simulateRun(cells, createNoisyStudy(seed + OTHER_NOISE, studyRate), false);
  const truth = trueWords(full.words, studyRate);
  const [fullWords, earlyWords, carried] = [
    allWords(full.words),
    allWords(early.words),
    carriedWords(early.words),
  ];
  // Only what is counted is kept: a thousand runs with all their cells fill the memory.
  const hoursOf = ({ windowHours, machineHours }: typeof full) => ({ windowHours, machineHours });
  return {
    full: hoursOf(full),
    early: { ...hoursOf(early), rules: early.leftOut.map(({ rule }) => rule) },
    wrong: [wrongWords(fullWords, truth), wrongWords(earlyWords, truth)],
    carried: carried.size,
    wrongCarried: wrongWords(carried, truth),
    measured: wordChanges(measuredWords(early.words), fullWords),
    all: wordChanges(earlyWords, fullWords),
    again: wordChanges(allWords(wordsOf(cells, again.known)), fullWords),
  };
};

/** Runs the published matrix of 130 points, both protocols, full and stopped early, with noise from seeds. */
export const simulateStudy = (runs: number, firstSeed = 1): StudySimulation => {
  const all = Array.from({ length: runs }, (_, index) => simulateOne(firstSeed + index));
  const changes = (which: 'measured' | 'all' | 'again'): WordChanges => {
    const over = (of: (one: WordChanges) => number): number =>
      mean(all.map((one) => of(one[which])));
    return {
      words: over(({ words }) => words),
      same: over(({ same }) => same),
      lost: over(({ lost }) => lost),
      gained: over(({ gained }) => gained),
      contradicted: over(({ contradicted }) => contradicted),
    };
  };
  const rules = new Set(all.flatMap(({ early }) => early.rules));
  return {
    runs,
    fullWindowHours: mean(all.map(({ full }) => full.windowHours)),
    earlyWindowHours: mean(all.map(({ early }) => early.windowHours)),
    fullMachineHours: mean(all.map(({ full }) => full.machineHours)),
    earlyMachineHours: mean(all.map(({ early }) => early.machineHours)),
    leftOut: Object.fromEntries(
      [...rules].map((rule) => [
        rule,
        mean(all.map(({ early }) => early.rules.filter((one) => one === rule).length)),
      ]),
    ),
    fullRunsWithWrongWord: mean(all.map(({ wrong }) => ((wrong[0] ?? 0) > 0 ? 1 : 0))),
    earlyRunsWithWrongWord: mean(all.map(({ wrong }) => ((wrong[1] ?? 0) > 0 ? 1 : 0))),
    carriedWords: mean(all.map(({ carried }) => carried)),
    wrongCarriedShare:
      mean(all.map(({ wrongCarried }) => wrongCarried)) /
      Math.max(1, mean(all.map(({ carried }) => carried))),
    measured: changes('measured'),
    all: changes('all'),
    again: changes('again'),
  };
};
