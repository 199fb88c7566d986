import type { Cell } from './cell.ts';
import { needsStart } from './restarts.ts';

/** Time that a cell takes beside its windows, until it is measured: the load process, a connection, the files. */
export const CELL_OVERHEAD_SECONDS = 0.7;
/** Time that a start of the serving takes, until it is measured. */
export const START_OVERHEAD_SECONDS = 1.5;

/** How long cells will take, in the order given, with overheads in seconds as measured so far. */
export const estimateSeconds = (
  cells: readonly Cell[],
  overhead: { readonly cellSeconds: number; readonly startSeconds: number } = {
    cellSeconds: CELL_OVERHEAD_SECONDS,
    startSeconds: START_OVERHEAD_SECONDS,
  },
): number =>
  cells.reduce(
    (sum, cell, index) =>
      sum +
      cell.warmupSeconds +
      cell.durationSeconds +
      overhead.cellSeconds +
      (needsStart(cell, cells[index - 1]) ? overhead.startSeconds : 0),
    0,
  );
