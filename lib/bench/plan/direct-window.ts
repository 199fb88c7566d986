import type { Cell } from '../model/cell.ts';

/** Connections and the code of the client are cold at first; the serving is not. */
const WARMUP_SHARE = 0.25;

/**
 * The times of the direct check of a cell: the same load straight to the serving, without the middleware, once the window
 * through it is over. After it and not before, so that a cold serving is still cold for the window. Undefined where the
 * cell has none.
 */
export const directWindowOf = ({
  directSeconds = 0,
}: Cell): Pick<Cell, 'warmupSeconds' | 'durationSeconds'> | undefined =>
  directSeconds === 0
    ? undefined
    : { warmupSeconds: directSeconds * WARMUP_SHARE, durationSeconds: directSeconds };

/** Seconds of load that a cell takes: through the middleware and directly, with the warm-ups of both. */
export const loadSeconds = (cell: Cell): number => {
  const direct = directWindowOf(cell);
  return (
    cell.warmupSeconds +
    cell.durationSeconds +
    (direct === undefined ? 0 : direct.warmupSeconds + direct.durationSeconds)
  );
};
