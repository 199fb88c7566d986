import { groupBy } from '../analysis/group-by.ts';
import type { SummaryRow } from '../analysis/summary-row.ts';
import type { Summary } from '../analysis/summary.ts';
import {
  levelId,
  offeredLoad,
  targetId,
  type Level,
  type Scenario,
  type Target,
} from '../model/measurement.ts';

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

/** The rows of servings; those of the no-op backend only if the run measured nothing else. */
export const measuredRows = (summary: Summary): readonly SummaryRow[] => {
  const measured = summary.rows.filter((row) => row.engine !== 'noop');
  return measured.length > 0 ? measured : summary.rows;
};

/** The levels of rows, the lowest first. */
export const levelsIn = (rows: readonly SummaryRow[]): readonly Level[] => {
  const levels = new Map(rows.map(({ level }) => [levelId(level), level]));
  return [...levels.values()].toSorted((a, b) => offeredLoad(a) - offeredLoad(b));
};

export const rowsAt = (rows: readonly SummaryRow[], level: Level): readonly SummaryRow[] =>
  rows.filter((row) => levelId(row.level) === levelId(level));

export const rowOf = (
  rows: readonly SummaryRow[],
  target: Target,
  load: Pick<SummaryRow, 'scenario' | 'level'>,
): SummaryRow | undefined =>
  rowsAt(rows, load.level).find(
    (row) => targetId(row.target) === targetId(target) && row.scenario === load.scenario,
  );

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
