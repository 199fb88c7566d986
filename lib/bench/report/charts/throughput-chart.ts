import { failsCheck } from '../../analysis/checks/check.ts';
import type { SummaryRow } from '../../analysis/summary-row.ts';
import type { Estimate } from '../../stats/interval.ts';
import { formatFigure, withInterval } from '../../wording/format-number.ts';
import { levelLabel } from '../../wording/labels.ts';
import { titleWithRange, type ShownGroup } from '../row-groups.ts';
import { latencyAxis, zeroBasedAxis } from './axes.ts';
import { type ChartContent, type Line, panelOf, type Point } from './draw-chart.ts';
import { rowsByLook, type TargetLooks } from './looks.ts';

/** A response time, and how its lines are drawn. */
interface Figure {
  readonly name: string;
  readonly stroke: Line['stroke'];
  readonly estimateOf: (row: SummaryRow) => Estimate | undefined;
}

const FIGURES: readonly Figure[] = [
  { name: 'median', stroke: 'solid', estimateOf: (row) => row.p50Ms },
  { name: 'p99', stroke: 'dotted', estimateOf: (row) => row.p99Ms },
];

const figureText = (name: string, { value, interval }: Estimate, unit: string): string =>
  withInterval(`${name} ${formatFigure(value)} ${unit}`, interval);

/** Response time over request rate: lines of each target, with a point for each level. */
export const throughputChart = (
  group: ShownGroup,
  looks: TargetLooks,
): ChartContent | undefined => {
  const byLook = rowsByLook(group.chartedRows, looks);
  const lines = FIGURES.flatMap(({ name, stroke, estimateOf }) =>
    byLook.flatMap(([look, rows]): readonly Line[] => {
      const points = rows.flatMap((row): readonly Point[] => {
        const { requestRatePerSecond: rate, level } = row;
        const time = estimateOf(row);
        if (rate === undefined || time === undefined) return [];
        return [
          {
            x: rate.value,
            y: time.value,
            mark: failsCheck(row) ? 'failing' : undefined,
            tip: [
              levelLabel(level),
              figureText('request rate', rate, 'requests/s'),
              figureText(name, time, 'ms'),
            ].join('\n'),
          },
        ];
      });
      return points.length === 0 ? [] : [{ look, name: look.label, figure: name, stroke, points }];
    }),
  );
  const points = lines.flatMap((line) => line.points);
  if (points.length === 0) return undefined;
  const load = group.loop === 'closed' ? 'number of virtual users' : 'offered rate';
  return {
    name: 'throughput',
    title: titleWithRange('Request rate and response time', group, 'request-rate', 'requests/s'),
    caption: `A point for each ${load}: the further to the right, the more throughput; the lower, the shorter the wait. A p99 is missing if there are too few answers to claim it.`,
    plot: {
      kind: 'lines',
      x: zeroBasedAxis(
        'requests/s',
        points.map(({ x }) => x),
      ),
      panels: [panelOf(latencyAxis, 'ms', lines)],
    },
  };
};
