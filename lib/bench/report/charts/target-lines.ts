import { checksSupport } from '../../analysis/checks/checks-support.ts';
import type { OverRepeats, SummaryRow } from '../../analysis/summary-row.ts';
import type { Interval } from '../../stats/interval.ts';
import { offeredLoad, targetId } from '../../model/measurement.ts';
import { levelLabel } from '../../wording/labels.ts';
import type { RowGroup } from '../row-groups.ts';
import { levelScale, type AxisScale } from './axis-scale.ts';
import { formatRange } from '../format-spread.ts';
import { formatFigure, formatPercent } from '../../wording/format-number.ts';
import { TARGET_MARKERS } from './chart-colours.ts';
import type { ChartLine, ChartPoint } from './chart-line.ts';

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
    [...labels].map(([id, label], index) => [
      id,
      {
        label,
        path: index,
        marker: TARGET_MARKERS[index % TARGET_MARKERS.length] ?? 'circle',
      },
    ]),
  );

/** What a line is drawn from at one row. */
export interface RowFigure {
  /** What the figure is, in the words of the point: `request rate`. */
  readonly what: string;
  readonly unit: string;
  readonly over: OverRepeats;
  readonly faint?: boolean;
  readonly interval?: Interval | undefined;
  /** Where the point lies across; at the offered load where it is not given. */
  readonly at?: number;
  /** Written beside the point. */
  readonly label?: string;
}

export type PointValue = (row: SummaryRow) => RowFigure | undefined;

/** What a point says: the target and its load, and on a second line its figures. */
const tipOf = (
  label: string,
  row: SummaryRow,
  figures: readonly { what: string; unit: string; value: number | undefined }[],
): string => {
  const texts = figures.map(({ what, unit, value }) => `${what} ${formatFigure(value)} ${unit}`);
  return `${label}, ${levelLabel(row.level)}\n${texts.join('; ')}`;
};

/** What is known of the spread of a figure, for the end of its tip. */
const spreadText = ({ interval, over }: RowFigure): string => {
  const range = formatRange(over);
  if (interval !== undefined) {
    const { low, high, confidence } = interval;
    return `; ${formatPercent(confidence)} % interval ${formatFigure(low)}–${formatFigure(high)}`;
  }
  return range === '' ? '' : `; repeats ${range}`;
};

/** Said of a percentile that the answers do not support. */
const TOO_FEW = 'too few answers to claim it';

const pointOf = (row: SummaryRow, look: TargetLook, value: PointValue): ChartPoint[] => {
  const figure = value(row);
  if (figure === undefined) return [];
  const { what, unit, over, interval, faint = false, at, label } = figure;
  const tip = tipOf(look.label, row, [{ what, unit, value: over.value }]);
  return [
    {
      x: at ?? offeredLoad(row.level),
      y: over.value,
      faint,
      fails: !checksSupport(row),
      tip: tip + spreadText(figure) + (faint ? `; ${TOO_FEW}` : ''),
      ...(label === undefined ? {} : { label }),
      ...(interval === undefined
        ? { min: over.min, max: over.max }
        : { low: interval.low, high: interval.high }),
    },
  ];
};

/**
 * A line a target of the group, with the rows that have the figure; targets without any have none, nor have those of which too few
 * answers support every point.
 */
export const targetLines = (
  group: RowGroup,
  looks: TargetLooks,
  stroke: ChartLine['stroke'],
  value: PointValue,
): ChartLine[] =>
  [...looks].flatMap(([id, look]) => {
    const points = group.rows
      .filter((row) => targetId(row.target) === id)
      .flatMap((row) => pointOf(row, look, value));
    return points.every(({ faint }) => faint === true) ? [] : [{ ...look, stroke, points }];
  });

/** The levels of the group, each once. */
export const levelsOf = (group: RowGroup): number[] => [
  ...new Set(group.rows.map((row) => offeredLoad(row.level))),
];

/** Title of the axis of levels. */
export const levelTitle = (group: RowGroup): string =>
  group.loop === 'closed' ? 'virtual users' : 'offered rate, requests/s';

/** Title of the axis of levels with its scale. */
export const levelAxisTitle = (group: RowGroup): string =>
  levelTitle(group) + (levelScale(levelsOf(group)).kind === 'log' ? ' (log)' : '');

/** Said of an axis of rates that does not begin at 0; empty where it does. */
export const fromText = ({ min = 0 }: Pick<AxisScale, 'min'>): string =>
  min === 0 ? '' : `The axis of the rate begins at ${min}, not at 0.`;

/** All values that the lines reach, for the choice of a scale. */
export const valuesOf = (lines: readonly ChartLine[]): number[] =>
  lines.flatMap((line) =>
    line.points.flatMap(({ y, min, max, low, high }) =>
      [y, min, max, low, high].filter((value) => value !== undefined),
    ),
  );

/** What bars and bands along the lines are, as a sentence; empty where there are none. */
export const spreadWords = (lines: readonly ChartLine[]): string => {
  const points = lines.flatMap((line) => line.points);
  return [
    points.some(({ low }) => low !== undefined) ? 'Bands: 95 % intervals.' : '',
    points.some(({ min, max }) => min !== undefined && min !== max)
      ? 'Thin bars: least and greatest repeat.'
      : '',
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
};
