import type { BarSeriesOption, EChartsOption } from 'echarts';
import type { SummaryRow } from '../../analysis/summary-row.ts';
import type { TimePartName } from '../../analysis/time-parts.ts';
import { levelId, offeredLoad, targetId } from '../../model/measurement.ts';
import { formatFigure } from '../../wording/format-number.ts';
import { levelLabel } from '../../wording/labels.ts';
import type { RowGroup } from '../row-groups.ts';
import { partsIn, TIME_PART_TITLES, timePartOf } from '../time-words.ts';
import type { Chart } from './chart.ts';
import { GRID, INK, MUTED, TIME_PART_COLOURS, SURFACE } from './chart-colours.ts';
import { legendPlaces, type LegendPlaces } from './legend-places.ts';
import { CHART_WIDTH } from './panel-places.ts';
import { targetAxis } from './target-axis.ts';
import type { TargetLooks } from './target-lines.ts';
import { renderChart } from './render-chart.ts';
import { failingBarsSentence, rowBar } from './row-bars.ts';
import { paragraph } from './sentences.ts';

const LABEL_WIDTH = 160;
/** Where a label is broken: fonts are wider than the library believes, and what sticks out on the left is cut off. */
const LABEL_BREAK = 130;
const BAR_PITCH = 30;
/** For labels that take three lines. */
const LONG_LABEL = 36;
const LONG_BAR_PITCH = 42;
const PANEL_EXTRA = 66;
const LEGEND_LEFT = 8;
const LEGEND_TOP = 4;

const withParts = (rows: readonly SummaryRow[]): SummaryRow[] =>
  rows.filter(({ timeParts }) => timeParts !== undefined);

interface Panel {
  readonly title: string;
  readonly rows: readonly SummaryRow[];
  readonly top: number;
  readonly height: number;
}

const labelOf = ({ target }: SummaryRow, looks: TargetLooks): string =>
  looks.get(targetId(target))?.label ?? targetId(target);

/** The least, a middle and the greatest level: all would be too many to look at. */
const shownLevels = (rows: readonly SummaryRow[]): readonly SummaryRow['level'][] => {
  const byId = new Map(rows.map((row) => [levelId(row.level), row.level]));
  const levels = [...byId.values()].toSorted((a, b) => offeredLoad(a) - offeredLoad(b));
  const picked = [0, Math.floor((levels.length - 1) / 2), levels.length - 1];
  return [...new Set(picked)].flatMap((index) => levels[index] ?? []);
};

const panelsOf = (
  rows: readonly SummaryRow[],
  legendHeight: number,
  looks: TargetLooks,
): Panel[] => {
  const isLong = rows.some((row) => labelOf(row, looks).length > LONG_LABEL);
  const pitch = isLong ? LONG_BAR_PITCH : BAR_PITCH;
  let top = LEGEND_TOP + legendHeight + 30;
  return shownLevels(rows).map((level) => {
    const ofLevel = rows.filter((row) => levelId(row.level) === levelId(level));
    const height = ofLevel.length * pitch;
    const panel = { title: levelLabel(level), rows: ofLevel, top, height };
    top += height + PANEL_EXTRA;
    return panel;
  });
};

/** @param isLast - The figure of the whole bar stands beside it. */
const barSeries = (
  panel: Panel,
  index: number,
  name: TimePartName,
  isLast: boolean,
): BarSeriesOption => ({
  type: 'bar',
  name: TIME_PART_TITLES[name],
  stack: `panel${index}`,
  xAxisIndex: index,
  yAxisIndex: index,
  barWidth: 18,
  itemStyle: {
    color: TIME_PART_COLOURS[name].light,
    borderColor: SURFACE.light,
    borderWidth: 1,
  },
  data: panel.rows.map((row) => rowBar(row, timePartOf(row, name) ?? 0)),
  ...(isLast
    ? {
        label: {
          show: true,
          position: 'right' as const,
          color: INK.light,
          fontSize: 12,
          formatter: ({ dataIndex }: { dataIndex: number }) =>
            formatFigure(panel.rows[dataIndex]?.timeParts?.totalMs),
        },
      }
    : {}),
});

const optionOf = (
  panels: readonly Panel[],
  names: readonly TimePartName[],
  legend: LegendPlaces,
  looks: TargetLooks,
): EChartsOption => ({
  legend: legend.places.map(({ label, left, top }) => ({
    left: LEGEND_LEFT + left,
    top: LEGEND_TOP + top,
    padding: 0,
    itemWidth: 16,
    itemHeight: 12,
    selectedMode: false,
    data: [label],
    textStyle: { color: INK.light, fontSize: 13 },
  })),
  title: panels.map((panel) => ({
    text: panel.title,
    left: LABEL_WIDTH + 8,
    top: panel.top - 22,
    padding: 0,
    textStyle: { fontSize: 13, fontWeight: 'bold' as const, color: INK.light },
  })),
  grid: panels.map(({ top, height }) => ({ left: LABEL_WIDTH + 8, right: 62, top, height })),
  xAxis: panels.map((_, index) => ({
    type: 'value' as const,
    gridIndex: index,
    min: 0,
    name: index === panels.length - 1 ? 'mean time a request, ms' : '',
    nameLocation: 'middle' as const,
    nameGap: 30,
    nameTextStyle: { color: INK.light, fontSize: 13 },
    splitNumber: 4,
    axisLabel: {
      color: MUTED.light,
      fontSize: 12,
      hideOverlap: true,
      // The library would write thousands with a comma, unlike every other figure.
      formatter: (value: number) => String(value),
    },
    splitLine: { lineStyle: { color: GRID.light } },
  })),
  yAxis: panels.map((panel, index) => ({
    ...targetAxis(
      panel.rows.map((row) => labelOf(row, looks)),
      LABEL_BREAK,
    ),
    gridIndex: index,
  })),
  series: panels.flatMap((panel, index) =>
    names.map((name, place) => barSeries(panel, index, name, place === names.length - 1)),
  ),
});

/** What a part of a bar says; the series stand by panel, and in a panel by part. */
const tipOf = (
  panels: readonly Panel[],
  names: readonly TimePartName[],
  looks: TargetLooks,
  series: number,
  bar: number,
): string | undefined => {
  const panel = panels[Math.floor(series / names.length)];
  const name = names[series % names.length];
  const row = panel?.rows[bar];
  if (panel === undefined || name === undefined || row === undefined) return undefined;
  const part = formatFigure(timePartOf(row, name));
  return `${labelOf(row, looks)}, ${panel.title}\n${TIME_PART_TITLES[name]} ${part} ms of ${formatFigure(row.meanMs)} ms`;
};

/** Where the time of a mean request goes, as stacked bars. Empty without figures. */
export const timePartsCharts = (group: RowGroup, looks: TargetLooks): readonly Chart[] => {
  const rows = withParts(group.rows);
  if (rows.length === 0) return [];
  const names = partsIn(rows);
  const legend = legendPlaces(
    names.map((part) => TIME_PART_TITLES[part]),
    CHART_WIDTH - LEGEND_LEFT,
  );
  const panels = panelsOf(rows, legend.height, looks);
  const name = `time-parts-${group.id}`;
  const last = panels.at(-1);
  const height = (last?.top ?? 0) + (last?.height ?? 0) + 52;
  return [
    {
      name,
      title: 'Where the time goes',
      description: `Stacked bars of the mean time of a request in milliseconds by its parts (${names.map((part) => TIME_PART_TITLES[part]).join(', ')}), ${group.scenario} scenario, at ${panels.map((panel) => panel.title).join(', ')}.`,
      caption: paragraph([
        'Means add up, so these are means and not medians; the figure beside a bar is the client’s mean. Each panel has its own axis. Upstream is one part where a serving does not tell its own times.',
        failingBarsSentence(panels.flatMap((panel) => panel.rows)),
      ]),
      svg: renderChart(
        name,
        optionOf(panels, names, legend, looks),
        { width: CHART_WIDTH, height },
        (series, bar) => tipOf(panels, names, looks, series, bar),
      ),
    },
  ];
};
