import { escapeHtml } from '../html/markup.ts';
import { darkChartRules, MUTED, SURFACE } from './chart-colours.ts';
import { drawBars } from './draw-bars.ts';
import { drawLines } from './draw-lines.ts';
import type { Chart, Drawing } from './plot.ts';
import { CHART_WIDTH, element, words, type Attributes } from './svg.ts';

const FONT = "system-ui,-apple-system,'Segoe UI','DejaVu Sans',sans-serif";
const FONT_SIZE = 13;

const drawingOf = ({ plot }: Chart): Drawing =>
  plot.kind === 'lines' ? drawLines(plot) : drawBars(plot);

/**
 * A chart as an SVG document. A corner says if the servers were simulated, since the chart may be shown without its report.
 *
 * @param before elements before the drawing
 */
export const drawChart = (chart: Chart, attributes: Attributes, before = ''): string => {
  const { svg, height } = drawingOf(chart);
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
      ...attributes,
    },
    before,
    svg,
    chart.isSimulated ? words(CHART_WIDTH - 6, height - 11, 'simulated', note) : '',
  );
};

/** A description for readers who cannot see the chart: its lines, or its bars with their figures. */
export const descriptionOf = ({ plot, shows, isSimulated }: Chart): string => {
  const [kind, names] =
    plot.kind === 'lines'
      ? ['Line chart', plot.lines.map(({ label }) => label)]
      : ['Bars', plot.bars.map(({ label, text }) => `${label} ${text}`)];
  const simulated = isSimulated ? '; simulated servers' : '';
  return `${kind} of ${shows}: ${[...new Set(names)].join('; ')}${simulated}.`;
};

/**
 * A chart as a separate file: with title and description for screen readers, dark colours for readers who prefer them, and a
 * background, since the page that embeds it may have any.
 */
export const standaloneSvg = (chart: Chart): string =>
  drawChart(
    chart,
    { role: 'img', 'aria-labelledby': 'title description' },
    [
      element('title', { id: 'title' }, escapeHtml(chart.title)),
      element('desc', { id: 'description' }, escapeHtml(descriptionOf(chart))),
      element('style', {}, `@media screen and (prefers-color-scheme:dark){${darkChartRules()}}`),
      element('rect', { width: '100%', height: '100%', fill: SURFACE }),
    ].join('\n'),
  );
