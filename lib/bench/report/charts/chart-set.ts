import type { Summary } from '../../analysis/summary.ts';
import { targetLabels } from '../../wording/labels.ts';
import { measuredRows, rowGroups, type RowGroup } from '../row-groups.ts';
import type { Chart, ChartContent } from './chart.ts';
import { chartedGroup } from './charted-targets.ts';
import { costCharts } from './cost-chart.ts';
import { drawBars } from './draw-bars.ts';
import { drawLines } from './draw-lines.ts';
import { failedShareCharts } from './failed-share.ts';
import { targetLooks, type TargetLooks } from './target-lines.ts';
import type { Plot } from './plot.ts';
import { requestRateCharts } from './request-rate.ts';
import { responseTimeCharts } from './response-time.ts';
import { secondBySecondCharts } from './second-by-second.ts';
import { throughputLatencyCharts } from './throughput-latency.ts';
import { timePartsCharts } from './time-parts.ts';

export interface GroupCharts {
  readonly group: RowGroup;
  /** The part of the group that the charts show. */
  readonly charted: RowGroup;
  readonly charts: readonly Chart[];
}

/** In the order of the report. */
const CHARTS = [
  requestRateCharts,
  throughputLatencyCharts,
  responseTimeCharts,
  secondBySecondCharts,
  failedShareCharts,
  timePartsCharts,
];

/** What the lines or bars of a plot are called, each once, bars with their figures. */
const namesIn = (plot: Plot): readonly string[] => {
  const names =
    plot.kind === 'lines'
      ? plot.panels.flatMap(({ lines }) => lines.map(({ label }) => label))
      : plot.panels.flatMap(({ bars }) => bars.map(({ label, text }) => `${label} ${text}`));
  return [...new Set(names)];
};

/** @param group the rows that it is of; the whole run where it is not given */
const drawnChart = (
  { name, title, shows, caption, plot }: ChartContent,
  group?: RowGroup,
): Chart => {
  const kind = plot.kind === 'lines' ? 'Line chart' : 'Bars';
  const scenario = group === undefined ? '' : `, ${group.scenario} scenario`;
  return {
    name: group === undefined ? name : `${name}-${group.id}`,
    title,
    description: `${kind} of ${shows}${scenario}: ${namesIn(plot).join('; ')}.`,
    caption: caption.filter((sentence) => sentence !== false).join(' '),
    plot,
    svg: plot.kind === 'lines' ? drawLines(plot) : drawBars(plot),
  };
};

/** How the measured targets look in all charts of a report. */
export const looksOf = (summary: Summary): TargetLooks =>
  targetLooks(
    targetLabels(
      measuredRows(summary).map((row) => row.target),
      summary.plan,
    ),
  );

/** All charts of a report, by scenario and kind of load. A target looks the same in all of them. */
export const chartSet = (summary: Summary): readonly GroupCharts[] => {
  const looks = looksOf(summary);
  return rowGroups(measuredRows(summary)).map((group) => {
    const charted = chartedGroup(group);
    const contents = CHARTS.flatMap((chartsOf) => chartsOf(charted, looks, summary));
    return { group, charted, charts: contents.map((content) => drawnChart(content, group)) };
  });
};

/** The charts that are of the run as a whole, by the section that they stand in. */
export interface RunCharts {
  readonly cost: readonly Chart[];
}

export const runCharts = (summary: Summary): RunCharts => ({
  cost: costCharts(summary, looksOf(summary)).map((content) => drawnChart(content)),
});
