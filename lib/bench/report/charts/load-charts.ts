import type { Summary } from '../../analysis/summary.ts';
import { decided } from '../../analysis/verdicts/verdict.ts';
import type { RowGroup } from '../row-groups.ts';
import { latencyAxis, levelAxis, zeroBasedAxis, type Axis } from './axes.ts';
import { growthFinding, medianFinding, titled } from './chart-findings.ts';
import type { ChartContent, Line, LinePlot } from './plot.ts';
import {
  bandsOf,
  levelsOf,
  levelTitle,
  pointsOf,
  targetLines,
  valuesOf,
} from './target-lines.ts';
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

const RATE = { what: 'request rate', unit: 'requests/s' } as const;

/** The request rate, from zero. */
export const requestRateChart = (
  group: RowGroup,
  looks: TargetLooks,
  { headline }: Summary,
): ChartContent | undefined => {
  const rates = targetLines(group, looks, 'solid', ({ requestRatePerSecond: rate, intervals }) => ({
    ...RATE,
    value: rate?.value,
    interval: intervals?.requestRatePerSecond?.interval,
  }));
  if (rates.length === 0) return undefined;
  const y = zeroBasedAxis(RATE.unit, valuesOf(rates), bandsOf(rates));
  const finding = growthFinding(group);
  const isUndecided =
    headline?.verdicts.every((verdict) => decided(verdict) === undefined) === true;
  return {
    name: 'request-rate',
    title: titled('Request rate', finding && `${finding}${isUndecided ? ', none told apart' : ''}`),
    shows: `the request rate in requests a second against ${levelTitle(group)}`,
    caption: [
      'Correct answers per second over the measuring windows.',
      bandSentence(rates),
    ],
    plot: levelPlot(group, y, rates),
  };
};

/** Median and 95th percentile of the response time. */
export const responseTimeChart = (
  group: RowGroup,
  looks: TargetLooks,
): ChartContent | undefined => {
  const unit = 'ms';
  const medians = targetLines(group, looks, 'solid', ({ p50Ms, intervals }) => ({
    what: 'median',
    unit,
    value: p50Ms?.value,
    interval: intervals?.p50Ms?.interval,
  }));
  // Without intervals: bands of two lines in one colour could not be told apart.
  const p95s = targetLines(group, looks, 'dotted', ({ p95Ms, percentileSupport }) => ({
    what: 'p95',
    unit,
    value: p95Ms?.value,
    isWeak: percentileSupport?.p95 === false,
  }));
  if (medians.length === 0) return undefined;
  const ours = [...medians, ...p95s];
  const y = latencyAxis('response time, ms', valuesOf(ours), bandsOf(ours));
  const hasP95 = p95s.length > 0;
  return {
    name: 'response-time',
    title: titled('Response time', medianFinding(group)),
    shows: `the median${hasP95 ? ' and the 95th percentile' : ''} of the response time in milliseconds against ${levelTitle(group)}`,
    caption: [
      'Solid: median of all correct answers.',
      hasP95 ? 'Dotted: 95th percentile.' : 'Too few answers support a 95th percentile.',
      bandSentence(medians),
      y.kind === 'log' && 'Logarithmic axis.',
      pointsOf(p95s).some(({ standing }) => standing === 'weak') &&
        'Faint: too few answers to claim a 95th percentile.',
    ],
    plot: levelPlot(group, y, ours),
  };
};
