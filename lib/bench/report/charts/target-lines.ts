import { checksSupport } from '../../analysis/checks/check.ts';
import type { SummaryRow } from '../../analysis/summary-row.ts';
import { offeredLoad, targetId } from '../../model/measurement.ts';
import type { Interval } from '../../stats/interval.ts';
import { formatFigure, formatPercent } from '../../wording/format-number.ts';
import { levelLabel } from '../../wording/labels.ts';
import type { RowGroup } from '../row-groups.ts';
import { TARGET_MARKERS } from './chart-colours.ts';
import type { Line, Point, Standing, Stroke } from './plot.ts';

/** How a target looks in every chart of a report. */
export interface TargetLook {
  readonly label: string;
  readonly marker: (typeof TARGET_MARKERS)[number];
  /** Its place in the report. */
  readonly path: number;
}

/** Looks by target id. */
export type TargetLooks = ReadonlyMap<string, TargetLook>;

/** A look for each target, by its place in the report. */
export const targetLooks = (labels: ReadonlyMap<string, string>): TargetLooks =>
  new Map(
    [...labels].map(([id, label], path) => [
      id,
      { label, path, marker: TARGET_MARKERS[path % TARGET_MARKERS.length] ?? 'circle' },
    ]),
  );

/** What a line is drawn from at one row. */
export interface RowFigure {
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
  /** Said behind the figure where the point is pointed at. */
  readonly more?: string;
}

/** The target and its load, and on a second line the figure with what is known of it. */
const tipOf = (label: string, row: SummaryRow, figure: RowFigure): string => {
  const { what, unit, value, interval, isWeak, more = '' } = figure;
  const spread =
    interval === undefined
      ? ''
      : `; ${formatPercent(interval.confidence)} % interval ${formatFigure(interval.low)}–${formatFigure(interval.high)}`;
  const weak = isWeak === true ? '; too few answers to claim it' : '';
  return `${label}, ${levelLabel(row.level)}\n${what} ${formatFigure(value)} ${unit}${more}${spread}${weak}`;
};

const standingOf = (row: SummaryRow, { isWeak }: RowFigure): Standing => {
  if (!checksSupport(row)) return 'failing';
  return isWeak === true ? 'weak' : 'sound';
};

/**
 * A line a target of the group, with the rows that have the figure; targets without any have none, nor have those of which too few
 * answers support every point. What dashed lines are does not depend on the checks of a target.
 */
export const targetLines = (
  group: RowGroup,
  looks: TargetLooks,
  stroke: Stroke,
  figureOf: (row: SummaryRow) => RowFigure,
): readonly Line[] =>
  [...looks].flatMap(([id, { label, path }]) => {
    const figures = group.rows
      .filter((row) => targetId(row.target) === id)
      .map((row) => ({ row, figure: figureOf(row) }))
      .filter(({ figure }) => figure.value !== undefined);
    if (figures.every(({ figure }) => figure.isWeak === true)) return [];
    const points = figures.map(({ row, figure }): Point => {
      const { value = 0, at = offeredLoad(row.level), interval, label: beside } = figure;
      return {
        x: at,
        y: value,
        standing: stroke === 'dashed' ? 'sound' : standingOf(row, figure),
        ...(interval === undefined ? {} : { band: [interval.low, interval.high] }),
        ...(beside === undefined ? {} : { label: beside }),
        tip: tipOf(label, row, figure),
      };
    });
    return [{ label, path, stroke, points }];
  });

/** The levels of the group. */
export const levelsOf = (group: RowGroup): readonly number[] =>
  group.rows.map((row) => offeredLoad(row.level));

/** Title of the axis of levels. */
export const levelTitle = (group: RowGroup): string =>
  group.loop === 'closed' ? 'virtual users' : 'offered rate, requests/s';

export const pointsOf = (lines: readonly Line[]): readonly Point[] =>
  lines.flatMap(({ points }) => points);

export const labelsOf = (lines: readonly Line[]): string =>
  lines.map(({ label }) => label).join('; ');

/** The values of the lines, for the choice of an axis. */
export const valuesOf = (lines: readonly Line[]): readonly number[] =>
  pointsOf(lines).map(({ y }) => y);

/** The ends of the intervals around them. */
export const bandsOf = (lines: readonly Line[]): readonly number[] =>
  pointsOf(lines).flatMap(({ band = [] }) => [...band]);

/** What bands along the lines are; false where there are none. */
export const bandSentence = (lines: readonly Line[]): string | false =>
  bandsOf(lines).length > 0 && 'Bands: 95 % intervals.';
