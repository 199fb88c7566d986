import type { OverRepeats, SummaryRow } from '../../analysis/summary-row.ts';
import type { Summary } from '../../analysis/summary.ts';
import { offeredLoad } from '../../model/measurement.ts';
import { formatFigure } from '../../wording/format-number.ts';
import { levelLabel } from '../../wording/labels.ts';
import type { RowGroup } from '../row-groups.ts';
import { latencyScale, nearScale } from './axis-scale.ts';
import type { Chart } from './chart.ts';
import type { ChartLine } from './chart-line.ts';
import { drawLineChart } from './line-chart.ts';
import {
  fromText,
  levelTitle,
  targetLines,
  valuesOf,
  type TargetLooks,
  type RowFigure,
} from './target-lines.ts';
import { paragraph } from './sentences.ts';
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

const figureOf = (row: SummaryRow, percentile: ChartedPercentile): RowFigure | undefined => {
  const { requestRatePerSecond: rate } = row;
  const latencyMs = percentile.of(row);
  if (rate === undefined || latencyMs === undefined) return undefined;
  return {
    what: `${formatFigure(rate.value)} requests/s at a ${percentile.name} of`,
    unit: 'ms',
    // Bars would cross those of the neighbours, as these points lie close together.
    over: { value: latencyMs.value, min: latencyMs.value, max: latencyMs.value },
    faint: !percentile.isSupported(row),
    at: rate.value,
    label: String(offeredLoad(row.level)),
  };
};

/** More labels than these cover each other and the curves. */
const MOST_LABELS = 40;

/** The lines with labels at their last points alone, where there are too many points for one each. */
const withFewLabels = (lines: readonly ChartLine[]): readonly ChartLine[] =>
  lines.reduce((count, { points }) => count + points.length, 0) <= MOST_LABELS
    ? lines
    : lines.map((line) => ({
        ...line,
        points: line.points.map(({ label, ...point }, index) =>
          label !== undefined && index === line.points.length - 1 ? { ...point, label } : point,
        ),
      }));

/**
 * What each request rate costs in waiting: a percentile against the rate, a point a level: the 99th where most answers support it, else
 * the 95th, else the median. Empty without figures.
 */
export const throughputLatencyCharts = (
  group: RowGroup,
  looks: TargetLooks,
  summary: Summary,
): readonly Chart[] => {
  const percentile = claimedPercentile(group.rows);
  const lines = withFewLabels(
    targetLines(group, looks, 'solid', (row) => figureOf(row, percentile)),
  );
  if (lines.length === 0) return [];
  const values = valuesOf(lines);
  const bounds = percentile.name === 'p99' ? boundsBeside(sloBounds(summary), values) : [];
  const y = latencyScale([...values, ...bounds.map(({ ms }) => ms)]);
  const points = lines.flatMap((line) => line.points);
  const x = nearScale(points.map((point) => point.x));
  const name = `throughput-latency-${group.id}`;
  const caption = [
    `Further right carries more, further down waits less. The figures beside the points are ${levelTitle(group)}; where a curve turns upward, more load only adds waiting.`,
    fromText(x),
    ...bounds.map(({ sentence }) => sentence),
    percentile.name === 'p99'
      ? ''
      : `Drawn is the ${percentile.name}, as most points have too few answers to claim a p99.`,
    points.some(({ faint }) => faint === true)
      ? `Faint and dashed: too few answers to claim a ${percentile.name}.`
      : '',
  ];
  return [
    {
      name,
      title: 'Throughput and latency',
      description: `Curve of the ${percentile.title} of the response time in milliseconds against the achieved request rate, ${group.scenario} scenario, a point for ${levelsText(group.rows)}, one curve a target: ${lines.map((line) => line.label).join('; ')}.`,
      caption: paragraph(caption),
      svg: drawLineChart({
        name,
        xTitle: 'achieved requests/s',
        yTitle: `${percentile.name}, ms${y.kind === 'log' ? ' (log)' : ''}`,
        panels: [
          {
            x,
            y,
            lines,
            bounds: bounds.map(({ ms, label }) => ({ y: ms, label })),
          },
        ],
        keys: [],
      }),
    },
  ];
};

const levelsText = (rows: readonly SummaryRow[]): string =>
  [...new Set(rows.map((row) => levelLabel(row.level)))].join(', ');
