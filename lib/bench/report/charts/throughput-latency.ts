import type { SummaryRow } from '../../analysis/summary-row.ts';
import type { Summary } from '../../analysis/summary.ts';
import { offeredLoad } from '../../model/measurement.ts';
import { formatFigure } from '../../wording/format-number.ts';
import type { RowGroup } from '../row-groups.ts';
import { latencyAxis, zeroBasedAxis } from './axes.ts';
import type { ChartContent } from './plot.ts';
import { levelTitle, pointsOf, targetLines, valuesOf } from './target-lines.ts';
import type { TargetLooks } from './target-looks.ts';

const PERCENTILES = [
  { name: 'p99', of: ({ p99Ms }: SummaryRow) => p99Ms },
  { name: 'p95', of: ({ p95Ms }: SummaryRow) => p95Ms },
  { name: 'median', of: ({ p50Ms }: SummaryRow) => p50Ms },
] as const;

type Percentile = (typeof PERCENTILES)[number];

const isWeak = ({ percentileSupport }: SummaryRow, { name }: Percentile): boolean =>
  name !== 'median' && percentileSupport?.[name] === false;

/** The highest percentile that half of the rows support: half of the points of a chart are worth its axis, the others are faint. */
const claimedPercentile = (rows: readonly SummaryRow[]): Percentile => {
  const measured = rows.filter(({ p50Ms }) => p50Ms !== undefined);
  const supporting = (percentile: Percentile): number =>
    measured.filter((row) => !isWeak(row, percentile)).length;
  return PERCENTILES.find((one) => supporting(one) >= measured.length / 2) ?? PERCENTILES[2];
};

/** Beside the last point stands its level. */
const ROOM_FOR_WORDS = 1.06;

/** What each request rate costs in waiting: a percentile against the rate, a point a level. */
export const throughputLatencyChart = (
  group: RowGroup,
  looks: TargetLooks,
  { sloP99Ms = [] }: Summary,
): ChartContent | undefined => {
  const percentile = claimedPercentile(group.rows);
  const { name } = percentile;
  const lines = targetLines(group, looks, 'solid', (row) => ({
    what: `${formatFigure(row.requestRatePerSecond?.value)} requests/s at a ${name} of`,
    unit: 'ms',
    // Without an interval: bands would cross, as these points lie close together.
    value: row.requestRatePerSecond && percentile.of(row)?.value,
    isWeak: isWeak(row, percentile),
    at: row.requestRatePerSecond?.value,
    label: String(offeredLoad(row.level)),
  }));
  if (lines.length === 0) return undefined;
  const points = pointsOf(lines);
  const bounds = name === 'p99' ? sloP99Ms : [];
  return {
    name: 'throughput-latency',
    title: 'Throughput and latency',
    shows: `the ${name} of the response time in milliseconds against the achieved request rate, a point for each number of ${levelTitle(group)}`,
    caption: [
      `Further right handles more, further down waits less. The figures beside the points are ${levelTitle(group)}; where a curve turns upward, more load only adds waiting.`,
      bounds.length > 0 && 'Dotted: the p99 that was asked for.',
      name !== 'p99' && `Drawn is the ${name}, as most points have too few answers to claim a p99.`,
      points.some(({ standing }) => standing === 'weak') &&
        `Faint: too few answers to claim a ${name}.`,
    ],
    plot: {
      kind: 'lines',
      x: zeroBasedAxis(
        'achieved requests/s',
        points.map(({ x }) => x * ROOM_FOR_WORDS),
      ),
      y: latencyAxis(`${name}, ms`, [...valuesOf(lines), ...bounds]),
      lines,
      bounds: bounds.map((ms) => ({ y: ms, label: `SLO: ${ms} ms` })),
    },
  };
};
