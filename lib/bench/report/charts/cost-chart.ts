import type { CustomSeriesOption, EChartsOption } from 'echarts';
import type { TargetCost } from '../../analysis/costs.ts';
import type { Summary } from '../../analysis/summary.ts';
import { targetId } from '../../model/measurement.ts';
import { formatFigure } from '../../wording/format-number.ts';
import { levelLabel } from '../../wording/labels.ts';
import type { Chart } from './chart.ts';
import { GRID, INK, MUTED, targetInk, targetTextInk, SURFACE } from './chart-colours.ts';
import { CHART_WIDTH } from './panel-places.ts';
import { targetAxis } from './target-axis.ts';
import type { TargetLooks } from './target-lines.ts';
import { renderChart } from './render-chart.ts';
import { paragraph } from './sentences.ts';

const LABEL_WIDTH = 160;
/** Where a label is broken: fonts are wider than the library believes, and what sticks out on the left is cut off. */
const LABEL_BREAK = 140;
/** Room for the figure and the load beside a bar. */
const RIGHT = 130;
const TOP = 10;
const BAR_PITCH = 36;
/** More bars than these nobody compares. */
const MOST_BARS = 20;

/** A bar with the words that belong to it. */
interface Bar {
  readonly cost: TargetCost;
  readonly path: number;
  readonly label: string;
  readonly tip: string;
}

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

/** The cheapest first. */
const barsOf = ({ costs }: Summary, looks: TargetLooks): readonly Bar[] => {
  const all = costs?.targets ?? [];
  return all
    .toSorted((a, b) => a.usdPerMillion.value - b.usdPerMillion.value)
    .flatMap((cost): Bar[] => {
      const look = looks.get(targetId(cost.target));
      if (look === undefined) return [];
      const label = look.label + detailsOf(cost, all);
      return [
        {
          cost,
          path: look.path,
          label,
          tip: `${label}, ${levelLabel(cost.level)}\n$${formatFigure(cost.usdPerMillion.value)} a million at ${formatFigure(cost.requestRatePerSecond)} requests/s; p99 ${formatFigure(cost.p99Ms)} ms`,
        },
      ];
    });
};

const keepsBound = ({ cost }: Bar): boolean => cost.basis !== 'best-rate';

const barStyle = (bar: Bar) => ({
  color: keepsBound(bar) ? targetInk(bar.path) : SURFACE.light,
  borderColor: targetInk(bar.path),
  borderWidth: 1.5,
});

/** An interval that goes far beyond every cost would press the bars flat. */
const MOST_BEYOND = 1.5;

/** Where the axis ends: at the greatest interval, unless that goes too far. */
const reachOf = (bars: readonly Bar[]): number => {
  const costs = bars.map(({ cost }) => cost.usdPerMillion);
  const greatest = Math.max(...costs.map(({ value }) => value));
  const ends = costs.map(({ value, interval }) => interval?.high ?? value);
  return Math.min(Math.max(...ends), greatest * MOST_BEYOND);
};

/** A whisker over the interval of each bar, and beside it the figure and its load. */
const wordSeries = (bars: readonly Bar[]): CustomSeriesOption => ({
  type: 'custom',
  silent: true,
  data: bars.map(({ cost: { usdPerMillion } }, index) => [usdPerMillion.value, index]),
  renderItem: ({ dataIndex }, api) => {
    const bar = bars[dataIndex];
    if (bar === undefined) return null;
    const { value, interval } = bar.cost.usdPerMillion;
    const ink = targetTextInk(bar.path);
    const [right = 0, y = 0] = api.coord([
      Math.min(interval?.high ?? value, reachOf(bars)),
      dataIndex,
    ]);
    const [left = 0] = api.coord([interval?.low ?? value, dataIndex]);
    const line = (x1: number, x2: number, half: number) => ({
      type: 'line' as const,
      shape: { x1, x2, y1: y - half, y2: y + half },
      style: { stroke: ink, lineWidth: 1.25 },
    });
    const whisker =
      interval === undefined
        ? []
        : [line(left, right, 0), line(left, left, 4), line(right, right, 4)];
    const text = {
      type: 'text' as const,
      x: right + 8,
      y,
      style: {
        text: `${formatFigure(value)}  at ${levelLabel(bar.cost.level)}`,
        fill: ink,
        fontSize: 12,
        verticalAlign: 'middle' as const,
      },
    };
    return { type: 'group', children: [...whisker, text] };
  },
});

const optionOf = (bars: readonly Bar[]): EChartsOption => ({
  grid: { left: LABEL_WIDTH + 8, right: RIGHT, top: TOP, height: bars.length * BAR_PITCH },
  xAxis: {
    type: 'value',
    min: 0,
    max: reachOf(bars),
    name: '$ for a million correct answers',
    nameLocation: 'middle',
    nameGap: 30,
    nameTextStyle: { color: INK.light, fontSize: 13 },
    axisLabel: {
      color: MUTED.light,
      fontSize: 12,
      hideOverlap: true,
      showMaxLabel: false,
      formatter: (value: number) => String(value),
    },
    splitLine: { lineStyle: { color: GRID.light } },
  },
  yAxis: targetAxis(
    bars.map(({ label }) => label),
    LABEL_BREAK,
  ),
  series: [
    {
      type: 'bar',
      barWidth: 16,
      data: bars.map((bar) => ({ value: bar.cost.usdPerMillion.value, itemStyle: barStyle(bar) })),
    },
    wordSeries(bars),
  ],
});

const boundsText = (bars: readonly Bar[]): string =>
  [...new Set(bars.map(({ cost }) => cost.boundMs))].map((ms) => `${ms} ms`).join(' or ');

/** What a million answers cost on each target of a run. Empty where no price is known. */
export const costCharts = (summary: Summary, looks: TargetLooks): readonly Chart[] => {
  const all = barsOf(summary, looks);
  const bars = all.slice(0, MOST_BARS);
  const { costs } = summary;
  if (costs === undefined || bars.length === 0) return [];
  const name = 'cost';
  return [
    {
      name,
      title: 'What a million answers cost',
      description: `Bars of the dollars for a million correct answers, one a target and scenario, the cheapest first: ${bars.map(({ label, cost }) => `${label} ${formatFigure(cost.usdPerMillion.value)}`).join('; ')}.`,
      caption: paragraph([
        `At $${costs.price.usdPerHour} an hour${costs.price.date === undefined ? '' : ` (${costs.price.date})`}; each target at its best rate with a p99 within ${boundsText(bars)} and at most 0.1 % failed.`,
        bars.every(keepsBound)
          ? ''
          : 'Hollow: no level was shown to keep the bound, so at the best rate of all.',
        bars.some(({ cost }) => cost.usdPerMillion.interval !== undefined)
          ? 'Thin bars: 95 % intervals, those of the rates.'
          : '',
        all.length > bars.length
          ? `The cheapest ${bars.length} of ${all.length}; all are in the table.`
          : '',
      ]),
      svg: renderChart(
        name,
        optionOf(bars),
        { width: CHART_WIDTH, height: TOP + bars.length * BAR_PITCH + 54 },
        (series, bar) => (series === 0 ? bars[bar]?.tip : undefined),
      ),
    },
  ];
};
