import type { OverRepeats, SummaryRow } from '../../analysis/summary.ts';
import { pathId } from '../../plan/cell.ts';
import { offeredLoad } from '../labels.ts';
import type { RowGroup } from '../row-groups.ts';
import { levelScale } from './axis-scale.ts';
import { PATH_COLOURS, PATH_MARKERS, INK } from './chart-colours.ts';
import type { ChartLine, ChartPoint } from './line-chart.ts';

/** How a path looks in every chart of a report. */
export type PathLook = Pick<ChartLine, 'label' | 'colour' | 'marker'>;

/** Looks by path id. */
export type PathLooks = ReadonlyMap<string, PathLook>;

/** A look for each path, by its place in the report. */
export const pathLooks = (labels: ReadonlyMap<string, string>): PathLooks =>
  new Map(
    [...labels].map(([id, label], index) => [
      id,
      {
        label,
        colour: PATH_COLOURS[index % PATH_COLOURS.length] ?? INK,
        marker: PATH_MARKERS[index % PATH_MARKERS.length] ?? 'circle',
      },
    ]),
  );

/** What a line is drawn from at one row. */
export type PointValue = (
  row: SummaryRow,
) => { readonly over: OverRepeats; readonly faint?: boolean } | undefined;

const pointOf = (row: SummaryRow, value: PointValue): ChartPoint[] => {
  const at = value(row);
  if (at === undefined) return [];
  const { over, faint = false } = at;
  return [{ x: offeredLoad(row.level), y: over.value, min: over.min, max: over.max, faint }];
};

/** A line a path of the group, with the rows that have the figure; paths without any have none. */
export const pathLines = (
  group: RowGroup,
  looks: PathLooks,
  stroke: ChartLine['stroke'],
  value: PointValue,
): ChartLine[] =>
  [...looks].flatMap(([id, look]) => {
    const points = group.rows
      .filter((row) => pathId(row.path) === id)
      .flatMap((row) => pointOf(row, value));
    return points.length === 0 ? [] : [{ ...look, stroke, points }];
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
