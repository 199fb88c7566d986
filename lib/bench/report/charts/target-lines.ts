import { checksSupport } from '../../analysis/checks/check.ts';
import type { SummaryRow } from '../../analysis/summary-row.ts';
import { offeredLoad, targetId } from '../../model/measurement.ts';
import type { Interval } from '../../stats/interval.ts';
import { formatFigure, formatInterval } from '../../wording/format-number.ts';
import { levelLabel } from '../../wording/labels.ts';
import type { RowGroup } from '../row-groups.ts';
import type { Line, Point, Stroke } from './plot.ts';
import type { TargetLooks } from './target-looks.ts';

/** What a line is drawn from at one row. */
interface RowFigure {
  /** What the figure is, in the words of the point: `request rate`. */
  readonly what: string;
  readonly unit: string;
  /** A row without one has no point. */
  readonly value: number | undefined;
  readonly interval?: Interval | undefined;
}

/** The target and its load, and on a second line the figure with its interval. */
const tipOf = (label: string, row: SummaryRow, figure: RowFigure): string => {
  const { what, unit, value, interval } = figure;
  const spread = interval === undefined ? '' : ` (${formatInterval(interval)})`;
  return `${label}, ${levelLabel(row.level)}\n${what} ${formatFigure(value)} ${unit}${spread}`;
};

/** A line a target of the group, with the rows that have the figure; none for a target without any. */
export const targetLines = (
  group: RowGroup,
  looks: TargetLooks,
  stroke: Stroke,
  figureOf: (row: SummaryRow) => RowFigure,
): readonly Line[] =>
  [...looks].flatMap(([id, { label, slot }]) => {
    const points = group.rows
      .filter((row) => targetId(row.target) === id)
      .flatMap((row): Point[] => {
        const figure = figureOf(row);
        const { value, interval } = figure;
        if (value === undefined) return [];
        return [
          {
            x: offeredLoad(row.level),
            y: value,
            isFailing: !checksSupport(row),
            band: interval && [interval.low, interval.high],
            tip: tipOf(label, row, figure),
          },
        ];
      });
    return points.length === 0 ? [] : [{ label, slot, stroke, points }];
  });

/** Title of the axis of levels. */
export const levelTitle = (group: RowGroup): string =>
  group.loop === 'closed' ? 'virtual users' : 'offered rate, requests/s';

/** The levels of the group. */
export const levelsOf = (group: RowGroup): readonly number[] =>
  group.rows.map((row) => offeredLoad(row.level));

const pointsOf = (lines: readonly Line[]): readonly Point[] =>
  lines.flatMap(({ points }) => points);

/** The values of the lines, for the choice of an axis. */
export const valuesOf = (lines: readonly Line[]): readonly number[] =>
  pointsOf(lines).map(({ y }) => y);

/** The ends of the intervals around them. */
export const bandsOf = (lines: readonly Line[]): readonly number[] =>
  pointsOf(lines).flatMap(({ band = [] }) => [...band]);
