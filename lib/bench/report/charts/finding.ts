import { checksSupport } from '../../analysis/checks/check.ts';
import type { SummaryRow } from '../../analysis/summary-row.ts';
import type { Level } from '../../model/measurement.ts';
import { formatFigure } from '../../wording/format-number.ts';
import { levelLabel } from '../../wording/labels.ts';
import { rowsAt, type RowGroup } from '../row-groups.ts';

/**
 * The title of a chart with its finding, the range of a figure at a level: `Request rate: 33–39 requests/s at 8 VUs`. Rows that
 * fail a check do not count; without a figure it is the title alone.
 */
export const titleWithRange = (
  title: string,
  { rows }: RowGroup,
  level: Level | undefined,
  unit: string,
  valueOf: (row: SummaryRow) => number | undefined,
  format = formatFigure,
): string => {
  if (level === undefined) return title;
  const values = rowsAt(rows, level)
    .filter(checksSupport)
    .flatMap((row) => valueOf(row) ?? []);
  if (values.length === 0) return title;
  const [least, most] = [Math.min(...values), Math.max(...values)].map(format);
  const range = least === most ? least : `${least}–${most}`;
  return `${title}: ${range} ${unit} at ${levelLabel(level)}`;
};
