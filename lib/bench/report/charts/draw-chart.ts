import { darkChartRules, MUTED, SURFACE } from './chart-colours.ts';
import { drawBars, type BarPlot } from './draw-bars.ts';
import { drawLines, type LinePlot } from './draw-lines.ts';
import { CHART_WIDTH, element, words } from './svg.ts';

/** A chart of a report. */
export interface Chart {
  /** Name of its file, without `.svg`. */
  readonly name: string;
  readonly title: string;
  /** How to read it. */
  readonly caption: string;
  readonly plot: LinePlot | BarPlot;
  /** Whether the servers were simulated. */
  readonly isSimulated: boolean;
}

export type ChartContent = Omit<Chart, 'isSimulated'>;

const FONT = "system-ui,-apple-system,'Segoe UI','DejaVu Sans',sans-serif";
const FONT_SIZE = 13;

/** A description for readers who cannot see the chart: its lines, or its bars with their figures. */
const descriptionOf = ({ plot, title, isSimulated }: Chart): string => {
  const [kind, names] =
    plot.kind === 'lines'
      ? [`Lines, ${plot.y.title} by ${plot.x.title}`, plot.lines.map(({ look }) => look.label)]
      : [`Bars, ${plot.x.title}`, plot.bars.map(({ label, text }) => `${label} ${text}`)];
  const simulated = isSimulated ? '; simulated servers' : '';
  return `${title}. ${kind}: ${[...new Set(names)].join('; ')}${simulated}.`;
};

/**
 * A chart as an SVG document, for a page of any colour: with its own background, and dark colours for readers who prefer them. A
 * corner says if the servers were simulated, since the chart may be shown without its report.
 */
export const drawChart = (chart: Chart): string => {
  const { plot, isSimulated } = chart;
  const { svg, height } = plot.kind === 'lines' ? drawLines(plot) : drawBars(plot);
  const note = { fill: MUTED, 'text-anchor': 'end' };
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width: CHART_WIDTH,
      height,
      viewBox: `0 0 ${CHART_WIDTH} ${Math.round(height)}`,
      'font-family': FONT,
      'font-size': FONT_SIZE,
      role: 'img',
      'aria-label': descriptionOf(chart),
    },
    element('style', {}, `@media screen and (prefers-color-scheme:dark){${darkChartRules()}}`),
    element('rect', { width: '100%', height: '100%', fill: SURFACE }),
    svg,
    isSimulated ? words(CHART_WIDTH - 6, height - 11, 'simulated', note) : '',
  );
};
