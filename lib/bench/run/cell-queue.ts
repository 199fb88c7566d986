import type { Cell } from '../model/cell.ts';
import { MOST_TRIALS, trialCell, USUAL_TRIALS } from '../plan/slo-search.ts';
import { searchProgress } from '../analysis/slo/search-progress.ts';
import type { Plan } from '../model/plan.ts';
import type { ResultRecord } from '../model/record.ts';

/** A cell that is to run, and what comes after it as far as that is known. */
export interface QueuedCell {
  readonly cell: Cell;
  /** 1 for the first of the run. */
  readonly number: number;
  /** Cells of the run, with the trials that ended searches took and the most that the others may take. */
  readonly total: number;
  /** The total is the most that there may be: a search is not over. */
  readonly isBound?: true;
  /** This cell and those after it; of searches, as many trials as they usually take. */
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

const repeated = (cell: Cell, times: number): readonly Cell[] =>
  Array.from({ length: Math.max(1, times) }, () => cell);

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
  const most = cells.length + searches.length * MOST_TRIALS;
  const nextTrial = (): QueuedCell | undefined => {
    const states = searches.map((search) => searchProgress(search, known));
    const cell = states.find(({ next }) => next !== undefined)?.next;
    if (cell === undefined) return undefined;
    const done = states.reduce((sum, { trials }) => sum + trials.length, 0);
    const toCome = states.reduce(
      (sum, { next, trials }) => sum + (next === undefined ? 0 : MOST_TRIALS - trials.length),
      0,
    );
    return {
      cell,
      number: cells.length + done + 1,
      total: cells.length + done + toCome,
      isBound: true,
      rest: states.flatMap(({ next, trials }) =>
        next === undefined ? [] : repeated(next, USUAL_TRIALS - trials.length),
      ),
    };
  };
  return {
    total: most,
    note: (record) => void known.push(record),
    next: () => {
      const fixed = waiting.shift();
      if (fixed === undefined) return nextTrial();
      const trials = searches.flatMap((search) =>
        repeated(trialCell(search, Number.MAX_SAFE_INTEGER), USUAL_TRIALS),
      );
      return {
        ...fixed,
        total: most,
        ...(searches.length === 0 ? {} : { isBound: true as const }),
        rest: [fixed.cell, ...waiting.map(({ cell }) => cell), ...trials],
      };
    },
  };
};
