import type { BarSeriesOption, EChartsOption, ScatterSeriesOption } from 'echarts';
import type { SummaryRow } from '../../analysis/summary-row.ts';
import type { Summary } from '../../analysis/summary.ts';
import { offeredLoad, targetId } from '../../model/measurement.ts';
import { formatPercent } from '../../wording/format-number.ts';
import { levelLabel } from '../../wording/labels.ts';
import type { RowGroup } from '../row-groups.ts';
import { zeroBasedScaleFor } from './axis-scale.ts';
import type { Chart } from './chart.ts';
import { FAILURE_COLOURS, GRID, INK, MUTED, SURFACE } from './chart-colours.ts';
import { FAILURE_KINDS, failureKindOf, type FailureKind } from './failure-classes.ts';
import { CHART_WIDTH, panelPlaces, panelTitles, type PanelPlace } from './panel-places.ts';
import type { ChartPoint } from './chart-line.ts';
import { levelTitle, type TargetLooks } from './target-lines.ts';
import { publishedLines, STUDY_KEY, studySentence } from './published-lines.ts';
import { renderChart } from './render-chart.ts';
import { failingBarsSentence, rowBar } from './row-bars.ts';
import { paragraph } from './sentences.ts';

const MOST_PANELS = 8;
const LEGEND_HEIGHT = 36;

interface Panel {
  readonly title: string;
  readonly rows: readonly SummaryRow[];
  /** What the study printed for these rows, in per cent. */
  readonly study: readonly ChartPoint[];
}

/** Failed requests of one kind ÷ all that were answered or failed. */
const shareOf = ({ failures, failed, succeeded }: SummaryRow, kind: FailureKind): number => {
  const ofKind = Object.entries(failures ?? {})
    .filter(([name]) => failureKindOf(name) === kind)
    .reduce((total, [, count]) => total + (count ?? 0), 0);
  return ofKind / Math.max(1, (failed ?? 0) + (succeeded ?? 0));
};

/** Targets of which requests failed, the worst first. */
const panelsOf = (
  group: RowGroup,
  looks: TargetLooks,
  { study: printed }: Summary,
): readonly Panel[] => {
  const study = publishedLines(group, looks, printed, {
    what: 'failed',
    unit: '%',
    of: ({ failedPercent }) => failedPercent,
  });
  const worst = ({ rows }: Panel): number =>
    Math.max(...rows.map(({ failedShare }) => failedShare?.value ?? 0));
  return [...looks]
    .map(([id, { label, path }]) => ({
      title: label,
      study: study.find((line) => line.path === path)?.points ?? [],
      rows: group.rows
        .filter((row) => targetId(row.target) === id && row.repeats > 0)
        .toSorted((a, b) => offeredLoad(a.level) - offeredLoad(b.level)),
    }))
    .filter(({ rows }) => rows.some(({ failed = 0 }) => failed > 0))
    .toSorted((a, b) => worst(b) - worst(a));
};

const seriesOf = (panel: Panel, index: number, kind: FailureKind): BarSeriesOption => ({
  type: 'bar',
  name: kind,
  stack: `panel${index}`,
  xAxisIndex: index,
  yAxisIndex: index,
  barMaxWidth: 26,
  itemStyle: { color: FAILURE_COLOURS[kind].light, borderColor: SURFACE.light, borderWidth: 1 },
  data: panel.rows.map((row) => rowBar(row, shareOf(row, kind) * 100)),
});

/** What the study printed, over the bars of the same level. */
const studySeries = ({ rows, study }: Panel, index: number): ScatterSeriesOption => ({
  type: 'scatter',
  name: STUDY_KEY.label,
  xAxisIndex: index,
  yAxisIndex: index,
  symbol: 'circle',
  symbolSize: 9,
  itemStyle: { color: SURFACE.light, borderColor: INK.light, borderWidth: 1.5 },
  data: study.map(({ x, y }) => [rows.findIndex(({ level }) => offeredLoad(level) === x), y]),
});

const optionOf = (
  panels: readonly Panel[],
  kinds: readonly FailureKind[],
  places: readonly PanelPlace[],
  xTitle: string,
): EChartsOption => {
  const greatest = Math.max(
    ...panels.flatMap(({ rows, study }) => [
      ...rows.map(({ failedShare }) => (failedShare?.value ?? 0) * 100),
      ...study.map(({ y }) => y),
    ]),
  );
  const hasStudy = panels.some(({ study }) => study.length > 0);
  const axisText = { color: MUTED.light, fontSize: 12, hideOverlap: true };
  const axisName = { color: INK.light, fontSize: 13 };
  return {
    legend: {
      top: 0,
      left: 'center',
      itemWidth: 16,
      itemHeight: 12,
      itemGap: 16,
      selectedMode: false,
      data: [...kinds, ...(hasStudy ? [STUDY_KEY.label] : [])],
      textStyle: axisName,
    },
    title: panelTitles(
      panels.map(({ title }) => title),
      places,
    ),
    grid: places.map(({ left, top, width, height }) => ({ left, top, width, height })),
    xAxis: panels.map(({ rows }, index) => ({
      type: 'category' as const,
      gridIndex: index,
      data: rows.map((row) => String(offeredLoad(row.level))),
      name: places[index]?.isLast === true ? xTitle : '',
      nameLocation: 'middle' as const,
      nameGap: 32,
      nameTextStyle: axisName,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: MUTED.light } },
      axisLabel: axisText,
    })),
    yAxis: panels.map((_, index) => ({
      type: 'value' as const,
      gridIndex: index,
      min: 0,
      // Less than a percent must not fill the chart, and the panels are to be compared.
      max: zeroBasedScaleFor([Math.max(1, greatest)], []).max ?? 1,
      name: places[index]?.isFirst === true ? 'failed, %' : '',
      nameLocation: 'middle' as const,
      nameGap: 48,
      nameTextStyle: axisName,
      axisLabel: axisText,
      splitLine: { lineStyle: { color: GRID.light } },
    })),
    series: [
      ...panels.flatMap((panel, index) => kinds.map((kind) => seriesOf(panel, index, kind))),
      ...(hasStudy ? panels.map(studySeries) : []),
    ],
  };
};

/** Share of failed requests at each level by kind, a panel a target that has any. Empty where no request failed. */
export const failedShareCharts = (
  group: RowGroup,
  looks: TargetLooks,
  summary: Summary,
): readonly Chart[] => {
  const all = panelsOf(group, looks, summary);
  const panels = all.slice(0, MOST_PANELS);
  if (panels.length === 0) return [];
  const rows = panels.flatMap((panel) => panel.rows);
  const kinds = FAILURE_KINDS.filter((kind) => rows.some((row) => shareOf(row, kind) > 0));
  const { places, height } = panelPlaces(
    panels.map(({ title }) => title),
    LEGEND_HEIGHT,
  );
  const bars = panels.length * kinds.length;
  const tip = (series: number, bar: number): string | undefined => {
    if (series >= bars) return panels[series - bars]?.study[bar]?.tip;
    const panel = panels[Math.floor(series / kinds.length)];
    const kind = kinds[series % kinds.length];
    const row = panel?.rows[bar];
    if (panel === undefined || kind === undefined || row === undefined) return undefined;
    return `${panel.title}, ${levelLabel(row.level)}\n${kind} ${formatPercent(shareOf(row, kind))} %; failed ${formatPercent(row.failedShare?.value)} %`;
  };
  const { study: printed } = summary;
  const hasStudy = panels.some(({ study }) => study.length > 0);
  const others = new Set(group.rows.map((row) => targetId(row.target))).size - all.length;
  const name = `failed-share-${group.id}`;
  return [
    {
      name,
      title: 'Failed requests',
      description: `Stacked bars of the share of failed requests in percent by kind (${kinds.join(', ')}) against ${levelTitle(group)}, ${group.scenario} scenario, one panel a target: ${panels.map(({ title }) => title).join('; ')}.`,
      caption: paragraph([
        'Failed requests, wrong answers included, as a share of all that were answered or failed in the measuring windows.',
        others > 0 ? `Targets without a failure have no panel here; they are ${others}.` : '',
        all.length > panels.length ? `The worst ${panels.length} of ${all.length} targets.` : '',
        failingBarsSentence(rows),
        hasStudy && printed !== undefined ? studySentence(printed) : '',
      ]),
      svg: renderChart(
        name,
        optionOf(panels, kinds, places, levelTitle(group)),
        { width: CHART_WIDTH, height },
        tip,
      ),
    },
  ];
};
