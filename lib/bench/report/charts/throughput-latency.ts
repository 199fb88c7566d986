import type { OverRepeats, SummaryRow } from '../../analysis/summary-row.ts';
import type { Summary } from '../../analysis/summary.ts';
import { offeredLoad } from '../../model/measurement.ts';
import { formatFigure } from '../../wording/format-number.ts';
import type { RowGroup } from '../row-groups.ts';
import { latencyAxis, nearAxis } from './axes.ts';
import type { ChartContent } from './chart.ts';
import { levelTitle, targetLines, pointsOf, valuesOf } from './target-lines.ts';
import type { TargetLooks, RowFigure } from './target-lines.ts';
import { boundsBeside, sloBounds } from './slo-bounds.ts';

/** A percentile of the response time that a chart can be drawn of. */
interface ChartedPercentile {
  readonly name: 'p99' | 'p95' | 'median';
  /** For descriptions. */
  readonly title: string;
  readonly of: (row: SummaryRow) => OverRepeats | undefined;
  /** Whether the answers of the row support it; where nothing is known of that, they do. */
  readonly isSupported: (row: SummaryRow) => boolean;
}

const P99: ChartedPercentile = {
  name: 'p99',
  title: '99th percentile',
  of: ({ p99Ms }) => p99Ms,
  isSupported: ({ percentileSupport }) => percentileSupport?.p99 !== false,
};

const P95: ChartedPercentile = {
  name: 'p95',
  title: '95th percentile',
  of: ({ p95Ms }) => p95Ms,
  isSupported: ({ percentileSupport }) => percentileSupport?.p95 !== false,
};

const MEDIAN: ChartedPercentile = {
  name: 'median',
  title: 'median',
  of: ({ p50Ms }) => p50Ms,
  isSupported: () => true,
};

/** The highest percentile that half of the rows support: half of the points of a chart are worth its axis, the others are faint. */
const claimedPercentile = (rows: readonly SummaryRow[]): ChartedPercentile => {
  const measured = rows.filter(({ p50Ms }) => p50Ms !== undefined);
  return (
    [P99, P95].find(
      ({ of, isSupported }) =>
        measured.filter((row) => of(row) !== undefined && isSupported(row)).length >=
        measured.length / 2,
    ) ?? MEDIAN
  );
};

const figureOf = (row: SummaryRow, percentile: ChartedPercentile): RowFigure => {
  const { requestRatePerSecond: rate } = row;
  return {
    what: `${formatFigure(rate?.value)} requests/s at a ${percentile.name} of`,
    unit: 'ms',
    // Without an interval: bands would cross, as these points lie close together.
    value: rate && percentile.of(row)?.value,
    isWeak: !percentile.isSupported(row),
    at: rate?.value,
    label: String(offeredLoad(row.level)),
  };
};

/**
 * What each request rate costs in waiting: a percentile against the rate, a point a level: the 99th where most answers support it, else
 * the 95th, else the median. Empty without figures.
 */
export const throughputLatencyCharts = (
  group: RowGroup,
  looks: TargetLooks,
  summary: Summary,
): readonly ChartContent[] => {
  const percentile = claimedPercentile(group.rows);
  const lines = targetLines(group, looks, 'solid', (row) => figureOf(row, percentile));
  if (lines.length === 0) return [];
  const values = valuesOf(lines);
  const points = pointsOf(lines);
  const bounds = percentile.name === 'p99' ? boundsBeside(sloBounds(summary), values) : [];
  const x = nearAxis(
    'achieved requests/s',
    points.map((point) => point.x),
  );
  const y = latencyAxis(`${percentile.name}, ms`, [...values, ...bounds.map(({ ms }) => ms)]);
  return [
    {
      name: 'throughput-latency',
      title: 'Throughput and latency',
      shows: `the ${percentile.title} of the response time in milliseconds against the achieved request rate, a point for each number of ${levelTitle(group)}`,
      caption: [
        `Further right carries more, further down waits less. The figures beside the points are ${levelTitle(group)}; where a curve turns upward, more load only adds waiting.`,
        x.domain[0] !== 0 && `The axis of the rate begins at ${x.domain[0]}, not at 0.`,
        ...bounds.map(({ sentence }) => sentence),
        percentile.name !== 'p99' &&
          `Drawn is the ${percentile.name}, as most points have too few answers to claim a p99.`,
        points.some(({ standing }) => standing === 'weak') &&
          `Faint and dashed: too few answers to claim a ${percentile.name}.`,
      ],
      plot: {
        kind: 'lines',
        panels: [{ x, y, lines, bounds: bounds.map(({ ms, label }) => ({ y: ms, label })) }],
      },
    },
  ];
};
