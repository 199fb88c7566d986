import { decidingWindows } from '../../analysis/slo/claim-of.ts';
import { P99_SHARE } from '../../analysis/slo/judge-counts.ts';
import { overBoundShare } from '../../analysis/slo/over-bound-share.ts';
import type { SloSearchResult } from '../../analysis/slo/slo-searches.ts';
import type { Summary } from '../../analysis/summary.ts';
import { pathId } from '../../plan/cell.ts';
import { formatFigure, formatPercent } from '../../wording/format-number.ts';
import { shareScale, zeroBasedScale } from './axis-scale.ts';
import type { Chart } from './chart.ts';
import type { ChartLine, ChartPoint } from './chart-line.ts';
import { drawLineChart } from './line-chart.ts';
import type { PathLooks } from './path-lines.ts';
import { paragraph } from './sentences.ts';

type Trial = SloSearchResult['trials'][number];

/** Of the requests, in per cent: so many may be over a bound of p99. */
const ALLOWED_PERCENT = Number(((1 - P99_SHARE) * 100).toPrecision(3));

const PERCENT = 100;

const trialPoint = (label: string, boundMs: number, trial: Trial): readonly ChartPoint[] => {
  const { ratePerSecond, valid, reason, confirmation } = trial;
  const measured = decidingWindows(trial);
  const share = overBoundShare(measured);
  if (share === undefined) return [];
  const { low, high, confidence } = share.interval;
  const lines = [
    `${label}, ${formatFigure(ratePerSecond)} requests/s${confirmation === undefined ? '' : ', measured again'}`,
    `${measured.overBound} of ${measured.requests} requests over ${boundMs} ms: ${formatPercent(share.value)} %; ${formatPercent(confidence)} % interval ${formatPercent(low)}–${formatPercent(high)}`,
    measured.p99Ms === undefined
      ? 'too few answers to claim a p99'
      : `p99 ${formatFigure(measured.p99Ms)} ms`,
    ...(valid || reason === undefined ? [] : [reason]),
  ];
  return [
    {
      x: ratePerSecond,
      y: share.value * PERCENT,
      min: low * PERCENT,
      max: high * PERCENT,
      fails: !valid,
      tip: lines.join('\n'),
    },
  ];
};

const searchLine = (
  { path, p99Ms, trials }: SloSearchResult,
  looks: PathLooks,
): readonly ChartLine[] => {
  const look = looks.get(pathId(path));
  if (look === undefined) return [];
  const points = trials
    .toSorted((a, b) => a.ratePerSecond - b.ratePerSecond)
    .flatMap((trial) => trialPoint(look.label, p99Ms, trial));
  return points.length === 0 ? [] : [{ ...look, stroke: 'solid', points }];
};

/**
 * What searches tried: which share of the requests of each rate was over the bound, a panel a bound. That is what a search
 * decides by, and what any number of requests supports, with its interval; a p99 many trials could not claim. Empty where the
 * plan has no searches or none began.
 */
export const sloCharts = (
  { sloSearches = [] }: Pick<Summary, 'sloSearches'>,
  looks: PathLooks,
): readonly Chart[] => {
  const bounds = [...new Set(sloSearches.map(({ p99Ms }) => p99Ms))].toSorted((a, b) => a - b);
  const searched = bounds
    .map((ms) => ({
      ms,
      lines: sloSearches
        .filter(({ p99Ms }) => p99Ms === ms)
        .flatMap((search) => searchLine(search, looks)),
    }))
    .filter(({ lines }) => lines.length > 0);
  if (searched.length === 0) return [];
  const name = 'slo-trials';
  const texts = searched.map(({ ms }) => `${ms} ms`);
  const without = sloSearches
    .flatMap(({ trials }) => trials)
    .filter((trial) => overBoundShare(decidingWindows(trial)) === undefined).length;
  return [
    {
      name,
      title: 'What the searches tried',
      description: `Line charts of the share of requests over the bound in per cent against the offered rate of each trial, with bounds of ${texts.join(' and ')}, one line a path: ${[...new Set(searched.flatMap(({ lines }) => lines.map(({ label }) => label)))].join('; ')}.`,
      caption: paragraph([
        `A marker a rate, with all windows that decided on it: the share of its requests that took longer than the bound or failed. Of a rate that is carried within it, ${ALLOWED_PERCENT} % may (dotted). Thin bars: what so many requests leave open, each end at 99 % confidence.`,
        'Filled: the rate is carried, and its whole bar lies below the dotted line. Hollow and faint: that was not shown, for the reason that the point says; where the bar crosses the line, the requests were too few to tell.',
        without === 0
          ? ''
          : `${without} ${without === 1 ? 'rate has no marker, as its cell' : 'rates have no marker, as their cells'} gave no figures.`,
      ]),
      svg: drawLineChart({
        name,
        xTitle: 'offered rate, requests/s',
        yTitle: '% over the bound (log)',
        panels: searched.map(({ ms, lines }) => ({
          title: `p99 within ${ms} ms`,
          x: zeroBasedScale(),
          y: shareScale(),
          lines,
          bounds: [{ y: ALLOWED_PERCENT, label: `${ALLOWED_PERCENT} %` }],
        })),
        keys: [],
        failingWords: 'not shown to be carried',
      }),
    },
  ];
};
