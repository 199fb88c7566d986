import type { SummaryRow } from '../../analysis/summary-row.ts';
import { targetId } from '../../model/measurement.ts';
import type { RowGroup } from '../row-groups.ts';

/** More lines than these nobody tells apart, and each of them makes the page larger. */
const MOST_TARGETS = 10;

const rateOf = ({ requestRatePerSecond }: SummaryRow): number => requestRatePerSecond?.value ?? 0;

/** The group with those of its targets that have the greatest request rates, as far as charts have room for them. */
export const chartedGroup = (group: RowGroup): RowGroup => {
  const best = new Map<string, number>();
  for (const row of group.rows) {
    const id = targetId(row.target);
    best.set(id, Math.max(best.get(id) ?? 0, rateOf(row)));
  }
  if (best.size <= MOST_TARGETS) return group;
  const ids = [...best].toSorted(([, a], [, b]) => b - a).map(([id]) => id);
  const shown = new Set(ids.slice(0, MOST_TARGETS));
  return { ...group, rows: group.rows.filter((row) => shown.has(targetId(row.target))) };
};
