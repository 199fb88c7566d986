import { groupBy } from '../analysis/group-by.ts';
import type { SummaryRow } from '../analysis/summary-row.ts';
import { levelId, offeredLoad, type Level, type Scenario } from '../model/measurement.ts';

/** The rows of one chart or table: one scenario under one kind of load. */
export interface RowGroup {
  /** For file names and anchors: `cold`, `warm-open-poisson`. */
  readonly id: string;
  /** For headings. */
  readonly title: string;
  readonly scenario: Scenario;
  readonly loop: 'closed' | 'open';
  readonly rows: readonly SummaryRow[];
}

/** The levels of rows, the lowest first. */
export const levelsIn = (rows: readonly SummaryRow[]): readonly Level[] => {
  const levels = new Map(rows.map(({ level }) => [levelId(level), level]));
  return [...levels.values()].toSorted((a, b) => offeredLoad(a) - offeredLoad(b));
};

export const rowsAt = (rows: readonly SummaryRow[], level: Level): readonly SummaryRow[] =>
  rows.filter((row) => levelId(row.level) === levelId(level));

const TITLES: Readonly<Record<Scenario, string>> = {
  cold: 'Cold: the serving is restarted before each level',
  warm: 'Warm: the serving keeps running from level to level',
};

/** Groups rows by scenario and kind of load, in order of first appearance. */
export const rowGroups = (rows: readonly SummaryRow[]): readonly RowGroup[] => {
  const groups = groupBy(
    rows,
    ({ scenario, level }) => scenario + (level.loop === 'closed' ? '' : `-open-${level.arrivals}`),
  );
  return [...groups].map(([id, group]) => {
    const { scenario, level } = group[0];
    const load = level.loop === 'closed' ? '' : ` (open loop, ${level.arrivals} arrivals)`;
    return { id, title: TITLES[scenario] + load, scenario, loop: level.loop, rows: group };
  });
};
