import type { TargetCost } from '../../analysis/costs.ts';
import type { Summary } from '../../analysis/summary.ts';
import { targetId } from '../../model/measurement.ts';
import { formatFigure } from '../../wording/format-number.ts';
import { levelLabel } from '../../wording/labels.ts';
import { zeroBasedAxis } from './axes.ts';
import { targetColour } from './chart-colours.ts';
import type { ChartContent } from './chart.ts';
import type { TargetLooks } from './target-lines.ts';
import type { Bar } from './plot.ts';

/** More bars than these nobody compares. */
const MOST_BARS = 20;

const distinct = (values: readonly (string | number)[]): number => new Set(values).size;

/** What tells a bar from the others of its target. */
const detailsOf = ({ scenario, basis, boundMs }: TargetCost, all: readonly TargetCost[]): string =>
  [
    distinct(all.map((cost) => cost.scenario)) > 1 ? scenario : '',
    basis === 'search' && all.some((cost) => cost.basis !== 'search') ? 'searched' : '',
    distinct(all.map((cost) => cost.boundMs)) > 1 ? `p99 ≤ ${boundMs} ms` : '',
  ]
    .filter((detail) => detail !== '')
    .map((detail) => `, ${detail}`)
    .join('');

const barOf = (
  cost: TargetCost,
  all: readonly TargetCost[],
  looks: TargetLooks,
): readonly Bar[] => {
  const look = looks.get(targetId(cost.target));
  if (look === undefined) return [];
  const label = look.label + detailsOf(cost, all);
  const { value, interval } = cost.usdPerMillion;
  const level = levelLabel(cost.level);
  const tip = `${label}, ${level}\n$${formatFigure(value)} a million at ${formatFigure(cost.requestRatePerSecond)} requests/s; p99 ${formatFigure(cost.p99Ms)} ms`;
  return [
    {
      label,
      path: look.path,
      parts: [{ value, colour: targetColour(look.path), tip }],
      text: `${formatFigure(value)} at ${level}`,
      ...(interval === undefined ? {} : { interval: [interval.low, interval.high] }),
      look: cost.basis === 'best-rate' ? 'hollow' : 'full',
    },
  ];
};

/** What a million answers cost on each target of a run, the cheapest first. Empty where no price is known. */
export const costCharts = ({ costs }: Summary, looks: TargetLooks): readonly ChartContent[] => {
  const all =
    costs?.targets.toSorted((a, b) => a.usdPerMillion.value - b.usdPerMillion.value) ?? [];
  const shown = all.slice(0, MOST_BARS);
  const bars = shown.flatMap((cost) => barOf(cost, all, looks));
  if (costs === undefined || bars.length === 0) return [];
  const { usdPerHour, date } = costs.price;
  const bounds = [...new Set(shown.map(({ boundMs }) => `${boundMs} ms`))].join(' or ');
  const values = shown.map(({ usdPerMillion }) => usdPerMillion.value);
  const ends = shown.map(({ usdPerMillion: { interval, value } }) => interval?.high ?? value);
  return [
    {
      name: 'cost',
      title: 'What a million answers cost',
      shows:
        'the dollars for a million correct answers, one a target and scenario, the cheapest first',
      caption: [
        `At $${usdPerHour} an hour${date === undefined ? '' : ` (${date})`}; each target at its best rate with a p99 within ${bounds} and at most 0.1 % failed.`,
        bars.some(({ look }) => look === 'hollow') &&
          'Hollow: no level was shown to keep the bound, so at the best rate of all.',
        bars.some(({ interval }) => interval !== undefined) &&
          'Thin bars: 95 % intervals, those of the rates.',
        all.length > shown.length &&
          `The cheapest ${shown.length} of ${all.length}; all are in the table.`,
      ],
      plot: {
        kind: 'bars',
        panels: [{ x: zeroBasedAxis('$ for a million correct answers', values, ends), bars }],
      },
    },
  ];
};
