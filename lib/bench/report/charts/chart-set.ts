import type { SummaryRow } from '../../analysis/summary-row.ts';
import type { Summary } from '../../analysis/summary.ts';
import { targetId } from '../../model/measurement.ts';
import { targetLabels } from '../../wording/labels.ts';
import { measuredRows, rowGroups, type RowGroup } from '../row-groups.ts';
import { drawBars } from './draw-bars.ts';
import { drawLines } from './draw-lines.ts';
import type { Drawing } from './frame.ts';
import { headroomChart, requestRateChart, responseTimeChart } from './load-charts.ts';
import type { ChartContent } from './plot.ts';
import { secondBySecondChart } from './second-by-second.ts';
import { targetLooks, type TargetLooks } from './target-looks.ts';
import { throughputLatencyChart } from './throughput-latency.ts';
import { timePartsChart } from './time-parts.ts';

/** A drawn chart with the words that belong to it. */
export interface Chart extends Pick<ChartContent, 'title' | 'plot'> {
  /** Name of its file without `.svg`. */
  readonly name: string;
  /** What the chart shows, for those who cannot see it. */
  readonly description: string;
  /** How to read it, below the chart. */
  readonly caption: string;
  readonly drawing: Drawing;
}

export interface GroupCharts {
  readonly group: RowGroup;
  /** The part of the group that the charts show. */
  readonly charted: RowGroup;
  readonly charts: readonly Chart[];
}

/** In the order of the report, where two that are about as high stand beside each other. */
const CHARTS = [
  requestRateChart,
  responseTimeChart,
  headroomChart,
  throughputLatencyChart,
  secondBySecondChart,
  timePartsChart,
];

/** More lines than these nobody tells apart, and each of them makes the page larger. */
const MOST_TARGETS = 10;

const rateOf = ({ requestRatePerSecond }: SummaryRow): number => requestRatePerSecond?.value ?? 0;

/** The group with those of its targets that have the greatest request rates, as far as charts have room for them. */
export const chartedGroup = (group: RowGroup): RowGroup => {
  const fastest = group.rows.toSorted((a, b) => rateOf(b) - rateOf(a));
  const ids = new Set(fastest.map(({ target }) => targetId(target)));
  const shown = new Set([...ids].slice(0, MOST_TARGETS));
  return { ...group, rows: group.rows.filter((row) => shown.has(targetId(row.target))) };
};

/** What the lines or bars of a plot are called, each once, bars with their figures. */
const namesIn = (plot: ChartContent['plot']): ReadonlySet<string> =>
  new Set(
    plot.kind === 'lines'
      ? plot.lines.map(({ label }) => label)
      : plot.panels.flatMap(({ bars }) => bars.map(({ label, text }) => `${label} ${text}`)),
  );

const drawnChart = (
  { name, title, shows, caption, plot }: ChartContent,
  { id, scenario }: RowGroup,
): Chart => {
  const kind = plot.kind === 'lines' ? 'Line chart' : 'Bars';
  return {
    name: `${name}-${id}`,
    title,
    description: `${kind} of ${shows}, ${scenario} scenario: ${[...namesIn(plot)].join('; ')}.`,
    caption: caption.filter((sentence) => sentence !== false).join(' '),
    plot,
    drawing: plot.kind === 'lines' ? drawLines(plot) : drawBars(plot),
  };
};

/** How the measured targets look in all charts of a report. */
export const looksOf = (summary: Summary): TargetLooks => {
  const targets = measuredRows(summary).map((row) => row.target);
  return targetLooks(targets, targetLabels(targets, summary.plan));
};

/** All charts of a report, by scenario and kind of load. A target looks the same in all of them. */
export const chartSet = (summary: Summary): readonly GroupCharts[] => {
  const looks = looksOf(summary);
  return rowGroups(measuredRows(summary)).map((group) => {
    const charted = chartedGroup(group);
    const contents = CHARTS.flatMap((chartOf) => chartOf(charted, looks, summary) ?? []);
    return { group, charted, charts: contents.map((content) => drawnChart(content, group)) };
  });
};
