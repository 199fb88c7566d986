import type { Cell } from '../plan/cell.ts';
import { estimateSeconds, startsServing } from '../plan/estimate.ts';

const plannedSeconds = (cell: Cell): number => cell.warmupSeconds + cell.durationSeconds;

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Learns from the finished cells what a cell costs beside its windows, with a start of its serving and without. */
export class TimeLeft {
  readonly #extraSeconds = { withStart: [] as number[], withoutStart: [] as number[] };

  /** A cell was over, `seconds` after its serving began to start or, where it ran already, after its own beginning. */
  ended(cell: Cell, seconds: number, started: boolean): void {
    const extra = Math.max(0, seconds - plannedSeconds(cell));
    (started ? this.#extraSeconds.withStart : this.#extraSeconds.withoutStart).push(extra);
  }

  /** How long the cells will take, in seconds; by the plan's estimate until one cell of each kind is over. */
  of(cells: readonly Cell[]): number {
    const { withStart, withoutStart } = this.#extraSeconds;
    if (withStart.length === 0 || withoutStart.length === 0) return estimateSeconds(cells);
    const [startSeconds, cellSeconds] = [meanOf(withStart), meanOf(withoutStart)];
    return cells.reduce(
      (sum, cell, index) =>
        sum +
        plannedSeconds(cell) +
        (startsServing(cell, cells[index - 1]) ? startSeconds : cellSeconds),
      0,
    );
  }
}
