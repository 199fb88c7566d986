import { groupBy } from '../../../lib/bench/analysis/group-by.ts';
import { decideFamily, EQUIVALENCE_MARGIN } from '../../../lib/bench/analysis/verdicts/decide.ts';
import { pairedLogRatio } from '../../../lib/bench/analysis/verdicts/log-ratio.ts';
import type { VerdictWord } from '../../../lib/bench/analysis/verdicts/verdict.ts';
import { levelId, pathId, type Cell } from '../../../lib/bench/plan/cell.ts';
import { createKnownCells, type KnownCells } from '../../../lib/bench/plan/stopping/known-cells.ts';
import { leaveOut } from '../../../lib/bench/plan/stopping/leave-out.ts';
import { LEAST_REPEATS } from '../../../lib/bench/plan/stopping/looks.ts';
import { createPlanNeighbours } from '../../../lib/bench/plan/stopping/plan-neighbours.ts';
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
  /** Whether enough repeats of both were measured. */
  readonly measured: boolean;
}

const wordKey = ({ first, second }: SaidWord): string =>
  `${pathId(first.path)} ${pathId(second.path)} ${first.scenario} ${levelId(first.level)}`;

const usersOf = ({ level }: SaidOf): number => (level.loop === 'closed' ? level.virtualUsers : 0);

/** The words of every pair at every level, by scenario, level and pair, as the verdicts of a summary say them. */
export const wordsOf = (cells: readonly Cell[], known: KnownCells): readonly SaidWord[] => {
  const rows = cells.filter(({ engine, repeat }) => engine !== 'null' && repeat === 1);
  const families = groupBy(
    rows.toSorted((a, b) => pathId(a.path).localeCompare(pathId(b.path))),
    ({ scenario, level }) => `${scenario} ${levelId(level)}`,
  );
  return [...families.values()].flatMap((family) => {
    const comparisons = family.flatMap((first, index) =>
      family.slice(index + 1).map((second) => {
        const others = known.ratesOf(second);
        const pairs = [...known.ratesOf(first)].flatMap(([repeat, rate]) => {
          const other = others.get(repeat);
          return other === undefined ? [] : [[rate, other] as const];
        });
        const measured =
          pairs.length >= LEAST_REPEATS && pairs.flat().every((rate) => rate.ratePerSecond > 0);
        return { first, second, pairs, measured };
      }),
    );
    const open = comparisons.filter(({ measured }) => measured);
    const decisions = decideFamily(open.map(({ pairs }) => pairedLogRatio(pairs)));
    return comparisons.map((comparison): SaidWord => {
      const { first, second, measured } = comparison;
      const word = decisions[open.indexOf(comparison)]?.word ?? 'undecided';
      return { first, second, word, measured };
    });
  });
};

/** The word of each pair at each level, from its own level or, where that was left out, from both next ones that agree. */
export const carriedWords = (words: readonly SaidWord[]): ReadonlyMap<string, VerdictWord> => {
  const curves = groupBy(
    words,
    ({ first, second }) => `${pathId(first.path)} ${pathId(second.path)} ${first.scenario}`,
  );
  const carried = [...curves.values()].flatMap((curve) => {
    const ordered = curve.toSorted((a, b) => usersOf(a.first) - usersOf(b.first));
    return ordered.map((said, index): [string, VerdictWord] => {
      if (said.measured) return [wordKey(said), said.word];
      const below = ordered.slice(0, index).findLast(({ measured }) => measured)?.word;
      const above = ordered.slice(index).find(({ measured }) => measured)?.word;
      return [wordKey(said), below === above && below !== undefined ? below : 'undecided'];
    });
  });
  return new Map(carried);
};

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
  new Map(
    words.filter(({ measured }) => measured).map((said) => [wordKey(said), said.word] as const),
  );
