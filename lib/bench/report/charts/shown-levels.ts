import type { SummaryRow } from '../../analysis/summary.ts';
import { levelId } from '../../plan/cell.ts';
import { offeredLoad } from '../../wording/labels.ts';

/** The least, a middle and the greatest level: all would be too many to look at. */
export const shownLevels = (rows: readonly SummaryRow[]): readonly SummaryRow['level'][] => {
  const byId = new Map(rows.map((row) => [levelId(row.level), row.level]));
  const levels = [...byId.values()].toSorted((a, b) => offeredLoad(a) - offeredLoad(b));
  const picked = [0, Math.floor((levels.length - 1) / 2), levels.length - 1];
  return [...new Set(picked)].flatMap((index) => levels[index] ?? []);
};
