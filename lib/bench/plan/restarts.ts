import { type Cell, pathId } from './cell.ts';

/**
 * Whether the serving is started anew before a cell: always in a cold one; in a warm one where the cell before it in
 * this run was not of the same group, or there was none.
 */
export const needsStart = (cell: Cell, before: Cell | undefined): boolean =>
  cell.scenario === 'cold' ||
  before === undefined ||
  before.scenario !== 'warm' ||
  before.engine !== cell.engine ||
  before.repeat !== cell.repeat ||
  pathId(before.path) !== pathId(cell.path);
