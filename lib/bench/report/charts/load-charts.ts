import { checksSupport } from '../../analysis/checks/check.ts';
import type { SummaryRow } from '../../analysis/summary-row.ts';
import { offeredLoad, targetId } from '../../model/measurement.ts';
import type { Estimate } from '../../stats/interval.ts';
import { formatFigure, formatInterval } from '../../wording/format-number.ts';
import { levelLabel } from '../../wording/labels.ts';
import { levelsIn, type RowGroup } from '../row-groups.ts';
import { latencyAxis, levelAxis, zeroBasedAxis, type Axis } from './axes.ts';
import { rangeAt, chartTitle } from './finding.ts';
import type { ChartContent, Line, LinePlot, Point, Stroke } from './plot.ts';
import type { TargetLooks } from './target-looks.ts';

/** A figure that lines show. */
interface LineFigure {
  /** Name in tooltips: `request rate`. */
  readonly name: string;
  readonly unit: string;
  readonly estimateOf: (row: SummaryRow) => Estimate | undefined;
  /** Dotted lines have no bands, since two bands of one colour could not be told apart. */
  readonly stroke: Stroke;
}

const RATE: LineFigure = {
  name: 'request rate',
  unit: 'requests/s',
  estimateOf: (row) => row.requestRatePerSecond,
  stroke: 'solid',
};

const MEDIAN: LineFigure = {
  name: 'median',
  unit: 'ms',
  estimateOf: (row) => row.p50Ms,
  stroke: 'solid',
};

const P95: LineFigure = {
  name: 'p95',
  unit: 'ms',
  estimateOf: (row) => row.p95Ms,
  stroke: 'dotted',
};

/** A line for each target of the group that has the figure in at least one row. */
const linesOf = (
  { rows }: RowGroup,
  looks: TargetLooks,
  { name, unit, estimateOf, stroke }: LineFigure,
): readonly Line[] =>
  [...looks].flatMap(([id, { label, slot }]) => {
    const points = rows
      .filter((row) => targetId(row.target) === id)
      .flatMap((row): Point[] => {
        const { value, interval } = estimateOf(row) ?? {};
        if (value === undefined) return [];
        const spread = interval === undefined ? '' : ` (${formatInterval(interval)})`;
        return [
          {
            x: offeredLoad(row.level),
            y: value,
            isFailing: !checksSupport(row),
            band: interval && stroke === 'solid' ? [interval.low, interval.high] : undefined,
            tip: `${label}, ${levelLabel(row.level)}\n${name} ${formatFigure(value)} ${unit}${spread}`,
          },
        ];
      });
    return points.length === 0 ? [] : [{ label, slot, stroke, points }];
  });

const levelTitle = ({ loop }: RowGroup): string =>
  loop === 'closed' ? 'virtual users' : 'offered rate, requests/s';

/** Lines over the levels of the group. */
const levelPlot = (
  group: RowGroup,
  lines: readonly Line[],
  axisOf: (values: readonly number[], around: readonly number[]) => Axis,
): LinePlot => {
  const points = lines.flatMap((line) => line.points);
  const around = points.flatMap(({ band = [] }) => [...band]);
  return {
    kind: 'lines',
    x: levelAxis(
      levelTitle(group),
      group.rows.map((row) => offeredLoad(row.level)),
    ),
    y: axisOf(
      points.map(({ y }) => y),
      around,
    ),
    lines,
    notes: [
      ...(lines.some(({ stroke }) => stroke === P95.stroke)
        ? [{ label: P95.name, stroke: P95.stroke, isFailing: false }]
        : []),
      ...(points.some(({ isFailing }) => isFailing)
        ? [{ label: 'fails a check', stroke: 'solid', isFailing: true } as const]
        : []),
    ],
  };
};

/** A sentence on the bands along the lines; false if there are none, since a single point has no line. */
const bandSentence = (lines: readonly Line[]): string | false =>
  lines.some(({ points }) => points.filter(({ band }) => band !== undefined).length > 1) &&
  'Bands: 95 % intervals.';

/** The request rate over the load. */
export const requestRateChart = (group: RowGroup, looks: TargetLooks): ChartContent | undefined => {
  const rates = linesOf(group, looks, RATE);
  if (rates.length === 0) return undefined;
  const greatest = levelsIn(group.rows).at(-1);
  return {
    name: 'request-rate',
    title: chartTitle(
      'Request rate',
      rangeAt(group, greatest, RATE.unit, (row) => RATE.estimateOf(row)?.value),
    ),
    shows: `the request rate in requests a second against ${levelTitle(group)}`,
    caption: ['Correct answers per second over the measuring windows.', bandSentence(rates)],
    plot: levelPlot(group, rates, (...values) => zeroBasedAxis(RATE.unit, ...values)),
  };
};

/** Median and 95th percentile of the response time over the load. */
export const responseTimeChart = (
  group: RowGroup,
  looks: TargetLooks,
): ChartContent | undefined => {
  const medians = linesOf(group, looks, MEDIAN);
  const p95s = linesOf(group, looks, P95);
  if (medians.length === 0) return undefined;
  const greatest = levelsIn(group.rows).at(-1);
  const range = rangeAt(group, greatest, 'ms', (row) => MEDIAN.estimateOf(row)?.value);
  const hasP95 = p95s.length > 0;
  return {
    name: 'response-time',
    title: chartTitle('Response time', range && `median ${range}`),
    shows: `the median${hasP95 ? ' and the 95th percentile' : ''} of the response time in milliseconds against ${levelTitle(group)}`,
    caption: [
      'Solid: median of all correct answers.',
      hasP95
        ? 'Dotted: 95th percentile, if there are enough answers to claim it.'
        : 'Too few answers support a 95th percentile.',
      bandSentence(medians),
    ],
    plot: levelPlot(group, [...medians, ...p95s], (...values) =>
      latencyAxis('response time, ms', ...values),
    ),
  };
};
