import type { Summary } from '../../analysis/summary.ts';
import { decided } from '../../analysis/verdicts/verdict.ts';
import type { RowGroup } from '../row-groups.ts';
import { latencyAxis, levelAxis, zeroBasedAxis, type Axis } from './axes.ts';
import { growthFinding, medianFinding, titled } from './chart-findings.ts';
import type { ChartContent, Line, LinePlot } from './plot.ts';
import { bandsOf, levelsOf, levelTitle, targetLines, valuesOf } from './target-lines.ts';
import type { TargetLooks } from './target-looks.ts';

/** Lines against the levels of the group. */
const levelPlot = (group: RowGroup, y: Axis, lines: readonly Line[]): LinePlot => ({
  kind: 'lines',
  x: levelAxis(levelTitle(group), levelsOf(group)),
  y,
  lines,
});

/** What bands along the lines are; false where there are none: a single point has no line. */
const bandSentence = (lines: readonly Line[]): string | false =>
  lines.some(({ points }) => points.filter(({ band }) => band !== undefined).length > 1) &&
  'Bands: 95 % intervals.';

/** The request rate, from zero. */
export const requestRateChart = (
  group: RowGroup,
  looks: TargetLooks,
  { headline }: Summary,
): ChartContent | undefined => {
  const unit = 'requests/s';
  const rates = targetLines(group, looks, 'solid', (row) => ({
    what: 'request rate',
    unit,
    value: row.requestRatePerSecond?.value,
    interval: row.requestRatePerSecond?.interval,
  }));
  if (rates.length === 0) return undefined;
  const finding = growthFinding(group);
  const isUndecided =
    headline?.verdicts.every((verdict) => decided(verdict) === undefined) === true;
  return {
    name: 'request-rate',
    title: titled('Request rate', finding && `${finding}${isUndecided ? ', none told apart' : ''}`),
    shows: `the request rate in requests a second against ${levelTitle(group)}`,
    caption: ['Correct answers per second over the measuring windows.', bandSentence(rates)],
    plot: levelPlot(group, zeroBasedAxis(unit, valuesOf(rates), bandsOf(rates)), rates),
  };
};

/** Median and 95th percentile of the response time. */
export const responseTimeChart = (
  group: RowGroup,
  looks: TargetLooks,
): ChartContent | undefined => {
  const unit = 'ms';
  const medians = targetLines(group, looks, 'solid', ({ p50Ms }) => ({
    what: 'median',
    unit,
    value: p50Ms?.value,
    interval: p50Ms?.interval,
  }));
  // Without intervals: bands of two lines in one colour could not be told apart.
  const p95s = targetLines(group, looks, 'dotted', ({ p95Ms }) => ({
    what: 'p95',
    unit,
    value: p95Ms?.value,
  }));
  if (medians.length === 0) return undefined;
  const lines = [...medians, ...p95s];
  const y = latencyAxis('response time, ms', valuesOf(lines), bandsOf(lines));
  const hasP95 = p95s.length > 0;
  return {
    name: 'response-time',
    title: titled('Response time', medianFinding(group)),
    shows: `the median${hasP95 ? ' and the 95th percentile' : ''} of the response time in milliseconds against ${levelTitle(group)}`,
    caption: [
      'Solid: median of all correct answers.',
      hasP95
        ? 'Dotted: 95th percentile, where there are enough answers to claim it.'
        : 'Too few answers support a 95th percentile.',
      bandSentence(medians),
      y.kind === 'log' && 'Logarithmic axis.',
    ],
    plot: levelPlot(group, y, lines),
  };
};
