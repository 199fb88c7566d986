import { checksSupport } from '../../analysis/checks/check.ts';
import type { SummaryRow } from '../../analysis/summary-row.ts';
import { offeredLoad, targetId } from '../../model/measurement.ts';
import type { Interval } from '../../stats/interval.ts';
import { formatFigure, formatPercent } from '../../wording/format-number.ts';
import { levelLabel } from '../../wording/labels.ts';
import type { RowGroup } from '../row-groups.ts';
import type { Line, Point, Standing, Stroke } from './plot.ts';
import type { TargetLooks } from './target-looks.ts';

/** What a line is drawn from at one row. */
interface RowFigure {
  /** What the figure is, in the words of the point: `request rate`. */
  readonly what: string;
  readonly unit: string;
  /** A row without one has no point. */
  readonly value: number | undefined;
  readonly interval?: Interval | undefined;
  /** Too few answers support it. */
  readonly isWeak?: boolean;
  /** Where the point lies across; at the offered load where it is not given. */
  readonly at?: number | undefined;
  /** Written beside the point. */
  readonly label?: string;
}

/** The target and its load, and on a second line the figure with what is known of it. */
const tipOf = (label: string, row: SummaryRow, figure: RowFigure): string => {
  const { what, unit, value, interval, isWeak } = figure;
  const spread =
    interval === undefined
      ? ''
      : `; ${formatPercent(interval.confidence)} % interval ${formatFigure(interval.low)}–${formatFigure(interval.high)}`;
  const weak = isWeak === true ? '; too few answers to claim it' : '';
  return `${label}, ${levelLabel(row.level)}\n${what} ${formatFigure(value)} ${unit}${spread}${weak}`;
};

const standingOf = (row: SummaryRow, { isWeak }: RowFigure): Standing => {
  if (!checksSupport(row)) return 'failing';
  return isWeak === true ? 'weak' : 'sound';
};

/** A line a target of the group, with the rows that have the figure; none for a target of which every figure is weak. */
export const targetLines = (
  group: RowGroup,
  looks: TargetLooks,
  stroke: Stroke,
  figureOf: (row: SummaryRow) => RowFigure,
): readonly Line[] =>
  [...looks].flatMap(([id, { label, slot }]) => {
    const figures = group.rows
      .filter((row) => targetId(row.target) === id)
      .map((row) => ({ row, figure: figureOf(row) }))
      .filter(({ figure }) => figure.value !== undefined);
    if (figures.every(({ figure }) => figure.isWeak === true)) return [];
    const points = figures.map(({ row, figure }): Point => {
      const { value = 0, at = offeredLoad(row.level), interval } = figure;
      return {
        x: at,
        y: value,
        standing: standingOf(row, figure),
        band: interval && [interval.low, interval.high],
        label: figure.label,
        tip: tipOf(label, row, figure),
      };
    });
    return [{ label, slot, stroke, points }];
  });

/** Title of the axis of levels. */
export const levelTitle = (group: RowGroup): string =>
  group.loop === 'closed' ? 'virtual users' : 'offered rate, requests/s';

/** The levels of the group. */
export const levelsOf = (group: RowGroup): readonly number[] =>
  group.rows.map((row) => offeredLoad(row.level));

export const pointsOf = (lines: readonly Line[]): readonly Point[] =>
  lines.flatMap(({ points }) => points);

/** The values of the lines, for the choice of an axis. */
export const valuesOf = (lines: readonly Line[]): readonly number[] =>
  pointsOf(lines).map(({ y }) => y);

/** The ends of the intervals around them. */
export const bandsOf = (lines: readonly Line[]): readonly number[] =>
  pointsOf(lines).flatMap(({ band = [] }) => [...band]);
