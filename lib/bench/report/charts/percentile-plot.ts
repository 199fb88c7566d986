import { gatesSupport } from '../../analysis/gates/gates-support.ts';
import { levelId, pathId } from '../../plan/cell.ts';
import { formatFigure } from '../../wording/format-number.ts';
import { levelLabel } from '../../wording/labels.ts';
import type { RowGroup } from '../row-groups.ts';
import { latencyScale, percentileScale } from './axis-scale.ts';
import type { Chart } from './chart.ts';
import type { ChartLine } from './chart-line.ts';
import { drawLineChart } from './line-chart.ts';
import { valuesOf, type PathLooks } from './path-lines.ts';
import { shownLevels } from './shown-levels.ts';

const curveLines = (group: RowGroup, level: string, looks: PathLooks): ChartLine[] =>
  group.rows.flatMap((row) => {
    const look = looks.get(pathId(row.path));
    const curve = row.percentileCurve ?? [];
    if (look === undefined || curve.length === 0 || levelId(row.level) !== level) return [];
    return [
      {
        ...look,
        stroke: 'solid',
        markerSize: 5,
        points: curve.map(({ percentile, ms }) => ({
          x: percentile,
          y: ms,
          fails: !gatesSupport(row),
          tip: `${look.label}, ${levelLabel(row.level)}\np${percentile} ${formatFigure(ms)} ms`,
        })),
      },
    ];
  });

/** The whole distribution of the response times: latency against the percentile. Empty without figures. */
export const percentilePlotCharts = (group: RowGroup, looks: PathLooks): readonly Chart[] => {
  const withCurve = group.rows.filter(({ percentileCurve = [] }) => percentileCurve.length > 0);
  const panels = shownLevels(withCurve).map((level) => ({
    title: levelLabel(level),
    lines: curveLines(group, levelId(level), looks),
  }));
  if (panels.length === 0) return [];
  const lines = panels.flatMap((panel) => panel.lines);
  const x = percentileScale(lines.flatMap((line) => line.points.map((point) => point.x)));
  const name = `percentiles-${group.id}`;
  return [
    {
      name,
      title: 'Distribution of the response times',
      description: `Percentile plot of the response time in milliseconds, ${group.scenario} scenario, at ${panels.map(({ title }) => title).join(', ')}, one curve a path.`,
      caption:
        'Read: so many percent of the right answers came within so many milliseconds. The axis stretches the tail, 1 ÷ (1 − p) on a logarithmic scale; a curve ends where more answers would be needed to claim a percentile. Each panel has its own axis.',
      svg: drawLineChart({
        name,
        xTitle: 'percentile',
        yTitle: 'ms',
        panels: panels.map((panel) => ({ ...panel, x, y: latencyScale(valuesOf(panel.lines)) })),
        keys: [],
      }),
    },
  ];
};
