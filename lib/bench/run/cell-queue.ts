import type { Cell } from '../plan/cell.ts';
import { MOST_WINDOWS, trialCell, USUAL_WINDOWS } from '../plan/slo/search.ts';
import { searchProgress, type SearchProgress } from '../analysis/slo/search-progress.ts';
import type { Plan } from '../plan/plan.ts';
import type { ResultRecord } from '../results/record.ts';

/** A cell that is to run, and what comes after it as far as that is known. */
export interface QueuedCell {
  readonly cell: Cell;
  /** 1 for the first of the run. */
  readonly number: number;
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

const windowsLeft = ({ search, windows, state, next }: SearchProgress): readonly Cell[] => {
  if (state !== 'going-on' && state !== 'not-started') return [];
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
  return {
    total: cells.length + searches.length * MOST_WINDOWS,
    note: (record) => void known.push(record),
    next: () => {
      const states = searches.map((search) => searchProgress(search, known));
      const left = states.flatMap(windowsLeft);
      const fixed = waiting.shift();
      if (fixed !== undefined) {
        return { ...fixed, rest: [fixed.cell, ...waiting.map(({ cell }) => cell), ...left] };
      }
      const place = states.findIndex(({ next }) => next !== undefined);
      const state = states[place];
      if (state?.next === undefined) return undefined;
      const number = cells.length + place * MOST_WINDOWS + state.windows + 1;
      return { cell: state.next, number, rest: left };
    },
  };
};
