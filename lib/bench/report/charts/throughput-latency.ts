import type { Summary } from '../../analysis/summary.ts';
import { offeredLoad } from '../../model/measurement.ts';
import { formatFigure } from '../../wording/format-number.ts';
import type { RowGroup } from '../row-groups.ts';
import { latencyAxis, zeroBasedAxis } from './axes.ts';
import type { ChartContent } from './plot.ts';
import { levelTitle, pointsOf, targetLines, valuesOf } from './target-lines.ts';
import type { TargetLooks } from './target-looks.ts';

/** The highest percentile first. */
const PERCENTILES = [
  ['p99', 'p99Ms'],
  ['p95', 'p95Ms'],
  ['median', 'p50Ms'],
] as const;

/** Beside the last point stands its level. */
const ROOM_FOR_WORDS = 1.06;

/** What each request rate costs in waiting: against the rate, a point a level, the highest percentile that half of the rows claim. */
export const throughputLatencyChart = (
  group: RowGroup,
  looks: TargetLooks,
  { sloP99Ms = [] }: Summary,
): ChartContent | undefined => {
  const measured = group.rows.filter(({ p50Ms }) => p50Ms !== undefined);
  const [name, percentile] =
    PERCENTILES.find(
      ([, key]) =>
        measured.filter((row) => row[key] !== undefined).length >= measured.length / 2,
    ) ?? PERCENTILES[2];
  const lines = targetLines(group, looks, 'solid', (row) => ({
    what: `${formatFigure(row.requestRatePerSecond?.value)} requests/s at a ${name} of`,
    unit: 'ms',
    // Without an interval: bands would cross, as these points lie close together.
    value: row[percentile]?.value,
    at: row.requestRatePerSecond?.value,
    label: String(offeredLoad(row.level)),
  }));
  if (lines.length === 0) return undefined;
  const bounds = name === 'p99' ? sloP99Ms : [];
  return {
    name: 'throughput-latency',
    title: 'Throughput and latency',
    shows: `the ${name} of the response time in milliseconds against the achieved request rate, a point for each number of ${levelTitle(group)}`,
    caption: [
      `Further right handles more, further down waits less. The figures beside the points are ${levelTitle(group)}; where a curve turns upward, more load only adds waiting.`,
      bounds.length > 0 && 'Dotted: the p99 that was asked for.',
      name !== 'p99' && `Drawn is the ${name}, as most points have too few answers to claim a p99.`,
    ],
    plot: {
      kind: 'lines',
      x: zeroBasedAxis(
        'achieved requests/s',
        pointsOf(lines).map(({ x }) => x * ROOM_FOR_WORDS),
      ),
      y: latencyAxis(`${name}, ms`, [...valuesOf(lines), ...bounds]),
      lines,
      bounds: bounds.map((ms) => ({ y: ms, label: `SLO: ${ms} ms` })),
    },
  };
};
