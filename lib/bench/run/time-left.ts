import type { Cell } from '../model/cell.ts';
import { loadSeconds } from '../plan/direct-window.ts';
import { estimateSeconds, startsServing } from '../plan/estimate.ts';
import type { PlanPlace } from '../model/plan.ts';

/** Says how long the rest of a run takes. */
export interface TimeLeft {
  /** `before` is the cell that ran before, undefined where the serving was started anew. */
  readonly finished: (cell: Cell, before: Cell | undefined, tookSeconds: number) => void;
  /** Seconds for these cells, one after the other. */
  readonly of: (cells: readonly Cell[]) => number;
}

const medianOf = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/**
 * By what the finished cells took beyond their warm-ups and windows, those that started a serving and those that did not
 * apart; by the plan's estimate until there are some of either kind. A median, since the first cell of a path takes
 * longer: its answers are checked.
 */
export const createTimeLeft = (place?: Pick<PlanPlace, 'where' | 'runtime'>): TimeLeft => {
  const extraSeconds = { started: [] as number[], kept: [] as number[] };
  const extraOf = (starts: boolean): number => {
    const { started, kept } = extraSeconds;
    const known = starts ? started : kept;
    return medianOf(known.length > 0 ? known : started);
  };
  return {
    finished: (cell, before, tookSeconds) => {
      const extra = Math.max(0, tookSeconds - loadSeconds(cell));
      extraSeconds[startsServing(cell, before) ? 'started' : 'kept'].push(extra);
    },
    of: (cells) =>
      extraSeconds.started.length === 0
        ? estimateSeconds(cells, place)
        : cells.reduce(
            (sum, cell, index) =>
              sum + loadSeconds(cell) + extraOf(startsServing(cell, cells[index - 1])),
            0,
          ),
  };
};
