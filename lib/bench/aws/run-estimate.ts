import { buildPaths } from '../plan/build-paths.ts';
import { buildCells } from '../plan/build-plan.ts';
import type { Cell } from '../plan/cell.ts';
import { estimateSeconds } from '../plan/estimate.ts';
import { shareCells } from '../plan/share-cells.ts';
import type { RunRequest } from './run-request.ts';

/** What a run will take, before it is sent. */
export interface RunEstimate {
  readonly cells: number;
  /** Of the pair that takes longest. Starts of containers take longer than this knows. */
  readonly seconds: number;
  /** All pairs for that time; undefined where their price is not known. */
  readonly usd: number | undefined;
}

/** The cells of a request, as every pair makes them. */
export const cellsOf = ({
  options,
  strict,
}: Pick<RunRequest, 'options' | 'strict'>): readonly Cell[] =>
  buildCells(buildPaths(options, strict), options);

/** What some cells take when some pairs share them. Pure. */
export const runEstimate = (
  cells: readonly Cell[],
  pairs: readonly number[],
  usdPerHour: number | undefined,
): RunEstimate => {
  const shares = Object.values(shareCells(cells, pairs));
  const seconds = Math.max(0, ...shares.map((share) => estimateSeconds(share)));
  return {
    cells: cells.length,
    seconds,
    usd: usdPerHour === undefined ? undefined : (usdPerHour * seconds) / 3600,
  };
};
