import { NAMED_PERCENTILES } from '../../analysis/figures-over-repeats.ts';
import { levelsIn, rowsAt } from '../../analysis/rows.ts';
import type { SummaryRow } from '../../analysis/summary-row.ts';
import type { Level } from '../../model/measurement.ts';
import { formatFigure } from '../../wording/format-number.ts';
import { levelLabel } from '../../wording/labels.ts';
import { titleWithRange, type ShownGroup } from '../row-groups.ts';
import { latencyAxis, percentileAxis, shareAbove } from './axes.ts';
import { type ChartContent, type Line, panelOf, type Point } from './draw-chart.ts';
import { rowsByLook, type TargetLooks } from './looks.ts';

/** A percentage with one digit more than its nines: `99.69`. */
const percentText = (percent: number): string =>
  percent.toFixed(Math.max(0, Math.ceil(-Math.log10(shareAbove(percent))) - 1));

/** The named percentiles and the last one have tooltips. */
const pointsOf = ({ distribution = [] }: SummaryRow): readonly Point[] =>
  distribution.map(({ percent, ms }, index) => {
    const isEnd = index === distribution.length - 1;
    const isNamed = NAMED_PERCENTILES.includes(percent);
    const figure = `p${isNamed ? percent : percentText(percent)} ${formatFigure(ms)} ms`;
    const tip = isEnd ? `${figure}\nhigher percentiles need more answers` : figure;
    return { x: shareAbove(percent), y: ms, tip: isNamed || isEnd ? tip : undefined };
  });

/** The percentiles of the response times of all windows on the axis of HDR histograms, at the highest and the lowest level. */
export const responseTimesChart = (
  group: ShownGroup,
  looks: TargetLooks,
): ChartContent | undefined => {
  const rows = group.chartedRows.filter(({ distribution }) => distribution !== undefined);
  const levels = levelsIn(rows);
  const [highest, lowest] = [levels.at(-1), levels.length > 1 ? levels[0] : undefined];
  if (highest === undefined) return undefined;
  const linesAt = (level: Level, stroke: Line['stroke']): readonly Line[] =>
    rowsByLook(rowsAt(rows, level), looks).flatMap(([look, ofLook]) => {
      const figure = levelLabel(level);
      const name = `${look.label}, ${figure}`;
      return ofLook.map((row) => ({ look, name, figure, stroke, points: pointsOf(row) }));
    });
  const lines = [
    ...linesAt(highest, 'solid'),
    ...(lowest === undefined ? [] : linesAt(lowest, 'dotted')),
  ];
  const points = lines.flatMap((line) => line.points);
  return {
    name: 'response-times',
    title: titleWithRange('Response times', group, 'response-time', 'ms (median)'),
    caption:
      'At 90: 90 % of the correct answers of all windows took at most so long. A line ends at the last percentile for which there are enough answers.',
    plot: {
      kind: 'lines',
      x: percentileAxis(Math.min(...points.map(({ x }) => x))),
      panels: [panelOf(latencyAxis, 'ms', lines)],
    },
  };
};
