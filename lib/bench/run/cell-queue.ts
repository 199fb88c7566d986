import type { Cell } from '../plan/cell.ts';
import { MOST_WINDOWS, trialCell, USUAL_WINDOWS, type SloSearch } from '../plan/slo/search.ts';
import { searchProgress, type SearchProgress } from '../analysis/slo/search-progress.ts';
import type { Plan } from '../plan/plan.ts';
import type { ResultRecord } from '../results/record.ts';

/** A cell that is to run, and what comes after it as far as that is known. */
export interface QueuedCell {
  readonly cell: Cell;
  /** 1 for the first of the run. */
  readonly number: number;
  /** Cells of the run, with the windows that ended searches took and the most that the others may take. */
  readonly total: number;
  /** The total is the most that there may be: a search is not over. */
  readonly isBound?: true;
  /** This cell and those after it; of searches, as many windows as they take as a rule. */
  readonly rest: readonly Cell[];
}

/** Gives out the cells of a run one by one. */
export interface CellQueue {
  /** Cells of the run; of searches the most that they may take. */
  readonly total: number;
  /** The next cell without a record; undefined where the run is over. */
  readonly next: () => QueuedCell | undefined;
  /** Takes up what became of a cell: a search goes by it. */
  readonly note: (record: ResultRecord) => void;
}

const isEnded = (state: SearchProgress['state']): boolean =>
  state !== 'going-on' && state !== 'not-started';

const mostWindows = ({ state, windows }: SearchProgress): number =>
  isEnded(state) ? windows : MOST_WINDOWS;

const windowsLeft = ({ search, windows, state, next }: SearchProgress): readonly Cell[] => {
  if (isEnded(state)) return [];
  const cell = next ?? trialCell(search, Number.MAX_SAFE_INTEGER);
  return Array.from({ length: Math.max(1, USUAL_WINDOWS - windows) }, () => cell);
};

/**
 * The cells in order, without those that are done, and then the trials of the plan's searches, one search after the other.
 *
 * @param cells those of this runner
 * @param records what is known, also of earlier starts
 */
export const createCellQueue = (
  { searches = [] }: Pick<Plan, 'searches'>,
  cells: readonly Cell[],
  isDone: (cell: Cell) => boolean,
  records: readonly ResultRecord[],
): CellQueue => {
  const known = [...records];
  const waiting = cells.flatMap((cell, index) =>
    isDone(cell) ? [] : [{ cell, number: index + 1 }],
  );
  const progressOf = (search: SloSearch, isMoreToCome: boolean): SearchProgress => {
    const progress = searchProgress(search, known);
    // Where a search would begin may still change while cells that tell it are to come.
    return progress.state === 'too-short' && isMoreToCome
      ? { ...progress, state: 'not-started' }
      : progress;
  };
  return {
    total: cells.length + searches.length * MOST_WINDOWS,
    note: (record) => void known.push(record),
    next: () => {
      const states = searches.map((search) => progressOf(search, waiting.length > 0));
      const left = states.flatMap(windowsLeft);
      const total = cells.length + states.reduce((sum, state) => sum + mostWindows(state), 0);
      const isOver = states.every(({ state }) => isEnded(state));
      const place = { total, ...(isOver ? {} : { isBound: true as const }) };
      const fixed = waiting.shift();
      if (fixed !== undefined) {
        return {
          ...fixed,
          ...place,
          rest: [fixed.cell, ...waiting.map(({ cell }) => cell), ...left],
        };
      }
      const cell = states.find(({ next }) => next !== undefined)?.next;
      if (cell === undefined) return undefined;
      const number = cells.length + states.reduce((sum, { windows }) => sum + windows, 0) + 1;
      return { cell, number, ...place, rest: left };
    },
  };
};
