import { groupBy } from '../../../lib/bench/analysis/group-by.ts';
import {
  carriedPair,
  decideAsked,
  type RatePairs,
} from '../../../lib/bench/analysis/verdicts/carry.ts';
import { EQUIVALENCE_MARGIN } from '../../../lib/bench/analysis/verdicts/decide.ts';
import { pairedLogRatio } from '../../../lib/bench/analysis/verdicts/log-ratio.ts';
import { standInsFor } from '../../../lib/bench/analysis/verdicts/stand-ins.ts';
import type { VerdictWord } from '../../../lib/bench/analysis/verdicts/verdict.ts';
import { levelId, pathId, type Cell } from '../../../lib/bench/plan/cell.ts';
import { createKnownCells, type KnownCells } from '../../../lib/bench/plan/stopping/known-cells.ts';
import { leaveOut } from '../../../lib/bench/plan/stopping/leave-out.ts';
import { LEAST_REPEATS } from '../../../lib/bench/plan/stopping/looks.ts';
import { createPlanNeighbours } from '../../../lib/bench/plan/stopping/plan-neighbours.ts';
import type { RatesByRepeat } from '../../../lib/bench/plan/stopping/settled.ts';
import type { TrueRate } from './study-servings.ts';

/** The cells that ran, and what they gave. */
export interface SimulatedRun {
  readonly ran: readonly Cell[];
  readonly leftOut: readonly { readonly cell: Cell; readonly rule: string }[];
  readonly known: KnownCells;
}

/** Goes through a plan as the runner does. Ceilings give no rate, since nothing here asks for it. */
export const simulateRun = (
  cells: readonly Cell[],
  rateOf: (cell: Cell) => number,
  stopEarly: boolean,
): SimulatedRun => {
  const known = createKnownCells();
  const neighbours = createPlanNeighbours(cells);
  const ran: Cell[] = [];
  const leftOut: { cell: Cell; rule: string }[] = [];
  for (const cell of cells) {
    const reason = stopEarly ? leaveOut(cell, neighbours, known) : undefined;
    if (reason !== undefined) {
      known.noteSkipped(cell);
      leftOut.push({ cell, rule: reason.rule });
      continue;
    }
    ran.push(cell);
    if (cell.engine === 'null') continue;
    const ratePerSecond = rateOf(cell);
    known.noteRate(cell, { ratePerSecond, answers: ratePerSecond * cell.durationSeconds });
  }
  return { ran, leftOut, known };
};

/** What a word is about. */
export type SaidOf = Pick<Cell, 'path' | 'scenario' | 'level'>;

/** One word of a run: of two paths, at one level of one scenario. */
export interface SaidWord {
  readonly first: SaidOf;
  readonly second: SaidOf;
  readonly word: VerdictWord;
  /** Whether enough repeats of both were measured here. */
  readonly measured: boolean;
}

const wordKey = ({ first, second }: SaidWord): string =>
  `${pathId(first.path)} ${pathId(second.path)} ${first.scenario} ${levelId(first.level)}`;

const usersOf = ({ level }: SaidOf): number => (level.loop === 'closed' ? level.virtualUsers : 0);

const ratePairs = (first: RatesByRepeat, second: RatesByRepeat): RatePairs =>
  [...first].flatMap(([repeat, rate]) => {
    const other = second.get(repeat);
    return other === undefined ? [] : [[rate, other] as const];
  });

/** The words of every pair at every level, by scenario, level and pair, as the verdicts of a summary say or carry them. */
export const wordsOf = (cells: readonly Cell[], known: KnownCells): readonly SaidWord[] => {
  const rows = cells
    .filter(({ engine, repeat }) => engine !== 'null' && repeat === 1)
    .toSorted((a, b) => pathId(a.path).localeCompare(pathId(b.path)))
    .map((cell) => {
      const item = known.ratesOf(cell);
      const ratesPerSecond = [...item.values()].map(({ ratePerSecond }) => ratePerSecond);
      return { cell, virtualUsers: usersOf(cell), ratesPerSecond, item };
    });
  const curves = groupBy(rows, ({ cell }) => `${pathId(cell.path)} ${cell.scenario}`);
  const families = groupBy(rows, ({ cell }) => `${cell.scenario} ${levelId(cell.level)}`);
  return [...families.values()].flatMap((family) => {
    const sides = family.map((row) => ({
      cell: row.cell,
      rates: row.item,
      standIns: standInsFor(row, curves.get(`${pathId(row.cell.path)} ${row.cell.scenario}`) ?? []),
    }));
    const comparisons = sides.flatMap((first, index) =>
      sides.slice(index + 1).map((second) => {
        const pairs = ratePairs(first.rates, second.rates);
        const measured =
          pairs.length >= LEAST_REPEATS && pairs.flat().every((rate) => rate.ratePerSecond > 0);
        const carried =
          first.standIns === undefined || second.standIns === undefined
            ? undefined
            : carriedPair(first.standIns, second.standIns, ratePairs);
        const asked = measured ? { ratio: pairedLogRatio(pairs) } : carried;
        return { first: first.cell, second: second.cell, measured, asked };
      }),
    );
    const decisions = decideAsked(comparisons.map(({ asked }) => asked));
    return comparisons.map(({ first, second, measured }, index): SaidWord => {
      const word = decisions[index]?.word ?? 'undecided';
      return { first, second, word, measured };
    });
  });
};

/** Words by pair, scenario and level. */
export const allWords = (words: readonly SaidWord[]): ReadonlyMap<string, VerdictWord> =>
  new Map(words.map((said) => [wordKey(said), said.word] as const));

/** What the true rates say. */
export const trueWords = (
  words: readonly SaidWord[],
  rateOf: TrueRate,
): ReadonlyMap<string, VerdictWord> =>
  new Map(
    words.map((said) => {
      const [first, second] = [said.first, said.second].map((cell) =>
        rateOf(cell.path, cell.scenario, usersOf(cell)),
      ) as [number, number];
      const ratio = first / second;
      const isApart = Math.abs(Math.log(ratio)) > Math.log1p(EQUIVALENCE_MARGIN);
      const word = isApart ? (ratio > 1 ? 'faster' : 'slower') : 'equivalent';
      return [wordKey(said), word];
    }),
  );

/** Words that say something, and something else than the true ones. */
export const wrongWords = (
  said: ReadonlyMap<string, VerdictWord>,
  truth: ReadonlyMap<string, VerdictWord>,
): number =>
  [...said].filter(([key, word]) => word !== 'undecided' && word !== truth.get(key)).length;

/** The words of pairs at levels where enough repeats of both were measured. */
export const measuredWords = (words: readonly SaidWord[]): ReadonlyMap<string, VerdictWord> =>
  allWords(words.filter(({ measured }) => measured));

/** The words that were carried to levels where they were not. */
export const carriedWords = (words: readonly SaidWord[]): ReadonlyMap<string, VerdictWord> =>
  allWords(words.filter(({ measured, word }) => !measured && word !== 'undecided'));
