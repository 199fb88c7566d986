import { failsCheck } from '../../analysis/checks/check.ts';
import { levelsIn, type RangedFigure } from '../../analysis/rows.ts';
import type { SummaryRow } from '../../analysis/summary-row.ts';
import { offeredLoad, targetId } from '../../model/measurement.ts';
import type { Estimate } from '../../stats/interval.ts';
import { formatFigure, withInterval } from '../../wording/format-number.ts';
import { levelLabel } from '../../wording/labels.ts';
import { titleWithRange, type ShownGroup } from '../row-groups.ts';
import { latencyAxis, levelAxis, zeroBasedAxis, type Axis } from './axes.ts';
import type { ChartContent, Line, Point } from './draw-chart.ts';
import type { TargetLooks } from './looks.ts';

interface Figure {
  /** In tooltips and in the legend. */
  readonly name: string;
  readonly estimateOf: (row: SummaryRow) => Estimate | undefined;
}

/** A chart of figures over the load. */
interface LoadChart extends Pick<ChartContent, 'title' | 'caption'> {
  readonly name: RangedFigure;
  readonly unit: string;
  readonly axisOf: (title: string, values: readonly number[], ends: readonly number[]) => Axis;
  /** The first one is that of the title; the others are dotted. */
  readonly figures: readonly [Figure, ...Figure[]];
}

const LOAD_CHARTS: readonly LoadChart[] = [
  {
    name: 'request-rate',
    title: 'Request rate',
    unit: 'requests/s',
    axisOf: zeroBasedAxis,
    caption: 'Correct answers per second over the measuring windows.',
    figures: [{ name: 'request rate', estimateOf: (row) => row.requestRatePerSecond }],
  },
  {
    name: 'response-time',
    title: 'Median response time',
    unit: 'ms',
    axisOf: latencyAxis,
    caption:
      'Solid: median of all correct answers. Dotted: 95th percentile, if there are enough answers to claim it.',
    figures: [
      { name: 'median', estimateOf: (row) => row.p50Ms },
      { name: 'p95', estimateOf: (row) => row.p95Ms },
    ],
  },
];

/** A line for each target of the group that has the figure in at least one row. */
const linesOf = (
  { chartedRows }: ShownGroup,
  looks: TargetLooks,
  { name, estimateOf }: Figure,
  unit: string,
  stroke: Line['stroke'],
): readonly Line[] =>
  [...looks].flatMap(([id, look]) => {
    const points = chartedRows.flatMap((row): Point[] => {
      const { value, interval } = estimateOf(row) ?? {};
      if (targetId(row.target) !== id || value === undefined) return [];
      const figure = withInterval(`${name} ${formatFigure(value)} ${unit}`, interval);
      return [
        {
          x: offeredLoad(row.level),
          y: value,
          isFailing: failsCheck(row),
          band: stroke === 'solid' ? interval : undefined,
          tip: `${look.label}, ${levelLabel(row.level)}\n${figure}`,
        },
      ];
    });
    return points.length === 0 ? [] : [{ look, figure: name, stroke, points }];
  });

/** The charts of the figures that a group has. */
export const loadCharts = (group: ShownGroup, looks: TargetLooks): readonly ChartContent[] =>
  LOAD_CHARTS.flatMap(({ name, title, unit, axisOf, caption, figures }) => {
    const lines = figures.flatMap((figure, at) =>
      linesOf(group, looks, figure, unit, at === 0 ? 'solid' : 'dotted'),
    );
    if (lines.length === 0) return [];
    const points = lines.flatMap((line) => line.points);
    const values = points.map(({ y }) => y);
    const ends = points.flatMap(({ band }) => (band ? [band.low, band.high] : []));
    const load = group.loop === 'closed' ? 'virtual users' : 'offered rate, requests/s';
    const levels = levelsIn(group.chartedRows);
    const hasBands = ends.length > 0 && levels.length > 1;
    return {
      name,
      title: titleWithRange(title, group, name, unit),
      caption: hasBands ? `${caption} Bands: 95 % intervals.` : caption,
      plot: {
        kind: 'lines',
        x: levelAxis(load, levels.map(offeredLoad)),
        y: axisOf(unit, values, ends),
        lines,
      },
    };
  });
