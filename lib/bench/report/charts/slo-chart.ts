import type { SloSearchResult } from '../../analysis/slo/slo-searches.ts';
import type { Summary } from '../../analysis/summary.ts';
import { pathId } from '../../plan/cell.ts';
import { formatFigure } from '../../wording/format-number.ts';
import { latencyScale, zeroBasedScale } from './axis-scale.ts';
import type { Chart } from './chart.ts';
import type { ChartLine, ChartPoint } from './chart-line.ts';
import { drawLineChart } from './line-chart.ts';
import { valuesOf, type PathLooks } from './path-lines.ts';

const trialPoint = (
  label: string,
  { ratePerSecond, valid, reason, p99Ms }: SloSearchResult['trials'][number],
): readonly ChartPoint[] =>
  p99Ms === undefined
    ? []
    : [
        {
          x: ratePerSecond,
          y: p99Ms,
          fails: !valid,
          tip: `${label}, ${formatFigure(ratePerSecond)} requests/s\np99 ${formatFigure(p99Ms)} ms${reason === undefined ? '' : `; ${reason}`}`,
        },
      ];

const searchLine = ({ path, trials }: SloSearchResult, looks: PathLooks): readonly ChartLine[] => {
  const look = looks.get(pathId(path));
  if (look === undefined) return [];
  const points = trials
    .toSorted((a, b) => a.ratePerSecond - b.ratePerSecond)
    .flatMap((trial) => trialPoint(look.label, trial));
  return points.length === 0 ? [] : [{ ...look, stroke: 'solid', points }];
};

/** What searches tried: the p99 of each rate, a panel a bound. Empty where the plan has no searches or none began. */
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
  return [
    {
      name,
      title: 'What the searches tried',
      description: `Line charts of the 99th percentile of the response time in milliseconds against the offered rate of each trial, with bounds of ${texts.join(' and ')}, one line a path: ${[...new Set(searched.flatMap(({ lines }) => lines.map(({ label }) => label)))].join('; ')}.`,
      caption:
        'A marker a rate, with all of its windows. Filled: it is carried within the bound (dotted). Hollow and faint: that was not shown, for the reason that the point says.',
      svg: drawLineChart({
        name,
        xTitle: 'offered rate, requests/s',
        yTitle: 'p99, ms',
        panels: searched.map(({ ms, lines }) => ({
          ...(searched.length === 1 ? {} : { title: `p99 within ${ms} ms` }),
          x: zeroBasedScale(),
          y: latencyScale([...valuesOf(lines), ms]),
          lines,
          bounds: [{ y: ms, label: `SLO: ${ms} ms` }],
        })),
        keys: [],
        failingWords: 'not shown to be carried',
      }),
    },
  ];
};
