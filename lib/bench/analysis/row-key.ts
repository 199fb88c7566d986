import { levelId, pathId, type Cell } from '../model/cell.ts';

/** Everything of a cell but its repeat: cells with the same key are repeats of one row. */
export const rowKey = ({
  path,
  engine,
  scenario,
  level,
}: Pick<Cell, 'path' | 'engine' | 'scenario' | 'level'>): string =>
  `${pathId(path)}/${engine}/${scenario}/${levelId(level)}`;
