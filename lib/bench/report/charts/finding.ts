import { checksSupport } from '../../analysis/checks/check.ts';
import type { SummaryRow } from '../../analysis/summary-row.ts';
import type { Level } from '../../model/measurement.ts';
import { formatFigure } from '../../wording/format-number.ts';
import { levelLabel } from '../../wording/labels.ts';
import { rowsAt, type RowGroup } from '../row-groups.ts';

/** The title of a chart: what it shows, and the finding if there is one. */
export const chartTitle = (what: string, finding: string | undefined): string =>
  finding === undefined ? what : `${what}: ${finding}`;

/** The range of a figure over the rows at a level that pass their checks: `204–241 ms at 8 VUs`; undefined if none has it. */
export const rangeAt = (
  { rows }: RowGroup,
  level: Level | undefined,
  unit: string,
  valueOf: (row: SummaryRow) => number | undefined,
  format = formatFigure,
): string | undefined => {
  if (level === undefined) return undefined;
  const values = rowsAt(rows, level)
    .filter(checksSupport)
    .flatMap((row) => valueOf(row) ?? []);
  if (values.length === 0) return undefined;
  const [least, most] = [Math.min(...values), Math.max(...values)].map(format);
  return `${least === most ? least : `${least}–${most}`} ${unit} at ${levelLabel(level)}`;
};
