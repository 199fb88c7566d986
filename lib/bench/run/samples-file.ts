import type { Cell } from '../model/cell.ts';

/** Name of the file of a cell's raw samples in the folder of them. */
export const samplesFileOf = ({ id }: Pick<Cell, 'id'>): string =>
  `${id.replaceAll('/', '_')}.csv.gz`;
