import type { Summary } from '../../analysis/summary.ts';
import type { TimeSeries } from '../../analysis/time-series.ts';
import { levelId, pathId } from '../../plan/cell.ts';
import { levelLabel } from '../labels.ts';
import type { RowGroup } from '../row-groups.ts';
import { latencyScale, spanScale, zeroBasedScale } from './axis-scale.ts';
import type { Chart } from './chart.ts';
import type { ChartLine } from './chart-line.ts';
import { drawLineChart } from './line-chart.ts';
import { valuesOf, type PathLooks } from './path-lines.ts';

type Second = TimeSeries['seconds'][number];

const linesOf = (
  series: readonly TimeSeries[],
  looks: PathLooks,
  value: (second: Second) => number | undefined,
): ChartLine[] =>
  series.flatMap(({ path, seconds }) => {
    const look = looks.get(pathId(path));
    if (look === undefined) return [];
    const points = seconds.flatMap((second) => {
      const y = value(second);
      return y === undefined ? [] : [{ x: second.second, y }];
    });
    // A marker a second would hide the line.
    return points.length === 0 ? [] : [{ ...look, marker: 'none', stroke: 'solid', points }];
  });

/** Answers and their median in each second of one window a path. Empty where no record has seconds. */
export const secondBySecondCharts = (
  group: RowGroup,
  looks: PathLooks,
  { timeSeries = [] }: Summary,
): readonly Chart[] => {
  const rows = new Set(group.rows.map((row) => `${pathId(row.path)}/${levelId(row.level)}`));
  const series = timeSeries.filter(
    ({ path, scenario, level }) =>
      scenario === group.scenario && rows.has(`${pathId(path)}/${levelId(level)}`),
  );
  const rates = linesOf(series, looks, ({ succeeded }) => succeeded);
  const medians = linesOf(series, looks, ({ p50Ms }) => p50Ms);
  if (rates.length === 0 || medians.length === 0) return [];
  const last = Math.max(...series.flatMap(({ seconds }) => seconds.map(({ second }) => second)));
  const x = spanScale(0, Math.max(1, last));
  const levels = [...new Set(series.map(({ level }) => levelLabel(level)))].join(', ');
  const hasWarmup = series.some(({ warmupSeconds }) => warmupSeconds > 0);
  const name = `seconds-${group.id}`;
  return [
    {
      name,
      title: 'Second by second',
      description: `Line charts of the right answers and of their median response time in each second of one measuring window at ${levels}, ${group.scenario} scenario, one line a path: ${rates.map(({ label }) => label).join('; ')}.`,
      caption: [
        `One window a path at ${levels}, its seconds from the left.`,
        hasWarmup ? 'The warm-up lies before the first second and is in no figure.' : '',
        'A line that still climbs or falls had not reached its steady state, or leaks.',
      ]
        .filter((sentence) => sentence !== '')
        .join(' '),
      svg: drawLineChart({
        name,
        xTitle: 'second of the window',
        yTitle: '',
        panels: [
          { title: 'right answers a second', x, y: zeroBasedScale(), lines: rates },
          { title: 'median, ms', x, y: latencyScale(valuesOf(medians)), lines: medians },
        ],
        keys: [],
      }),
    },
  ];
};
