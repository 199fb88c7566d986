import { pathId, type Cell } from '../../model/cell.ts';
import type { ResultRecord } from '../../model/record.ts';

const keyOf = ({ path, engine }: Pick<Cell, 'path' | 'engine'>): string =>
  `${pathId(path)}/${engine}`;

/**
 * Paths and engines that have figures and no check of their answers: a runner checks them before the first cell of a path, so
 * that a line of the results is missing. A check that failed is there, and says what it found. Pure.
 */
export const uncheckedPaths = (
  records: readonly ResultRecord[],
): readonly Pick<Cell, 'path' | 'engine'>[] => {
  const checked = new Set(
    records.flatMap((record) => (record.kind === 'check' ? [keyOf(record)] : [])),
  );
  const unchecked = new Map<string, Pick<Cell, 'path' | 'engine'>>();
  for (const record of records) {
    if (record.kind !== 'cell' || record.state !== 'completed') continue;
    const { path, engine } = record.cell;
    const key = keyOf(record.cell);
    if (!checked.has(key)) unchecked.set(key, { path, engine });
  }
  return [...unchecked.values()];
};
