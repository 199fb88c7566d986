import { area, line as curveOf } from 'd3-shape';
import { scaleOf } from './axes.ts';
import { MUTED, SURFACE, type ChartColour } from './chart-colours.ts';
import { drawLegend, gridLines, X_AXIS_HEIGHT, xAxis, type LegendEntry } from './frame.ts';
import type { Drawing, Line, LinePlot, Point, Stroke } from './plot.ts';
import {
  CHARACTER_WIDTH,
  CHART_WIDTH,
  element,
  moveTo,
  tipElement,
  words,
  type Attributes,
} from './svg.ts';
import { markerShape, targetColour } from './target-looks.ts';

const PLOT_HEIGHT = 290;
const TITLE_HEIGHT = 28;
const RIGHT_MARGIN = 18;

const MARKER_SIZES: Readonly<Record<Stroke, number>> = { solid: 48, dotted: 22 };

const STROKES: Readonly<Record<Stroke, Attributes>> = {
  solid: { 'stroke-width': 2 },
  dotted: { 'stroke-width': 1.5, 'stroke-dasharray': '1,4', 'stroke-linecap': 'round' },
};

/** Markers of rows that fail a check. Not `opacity`, with which browsers draw each marker into an image of its own. */
const FAILING: Attributes = { fill: SURFACE, 'stroke-width': 1.5, 'stroke-opacity': 0.6 };

const markerColour = (colour: ChartColour): Attributes => ({
  stroke: colour,
  fill: colour,
  'stroke-width': 0,
});

interface Scales {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

/** A band along the line, over the points that have an interval; fainter if there are many lines. */
const drawBand = ({ points, slot }: Line, { x, y }: Scales, lines: number): string => {
  const d = area<Point>()
    .x((point) => x(point.x))
    .y0(({ band }) => y(band?.[0] ?? 0))
    .y1(({ band }) => y(band?.[1] ?? 0))
    .digits(1)(points.filter(({ band }) => band !== undefined));
  const opacity = Math.min(0.16, 0.64 / lines).toFixed(2);
  return d === null
    ? ''
    : element('path', { d, fill: targetColour(slot), 'fill-opacity': opacity });
};

const drawStroke = ({ points, slot, stroke }: Line, { x, y }: Scales): string => {
  const curve = curveOf<Point>(
    (point) => x(point.x),
    (point) => y(point.y),
  ).digits(1);
  const d = curve(points) ?? '';
  return element('path', { d, fill: 'none', stroke: targetColour(slot), ...STROKES[stroke] });
};

const drawMarkers = ({ points, slot, stroke }: Line, { x, y }: Scales, series: number): string => {
  const d = markerShape(slot, MARKER_SIZES[stroke]);
  return element(
    'g',
    { 'data-s': series, ...markerColour(targetColour(slot)) },
    ...points.map(({ x: at, y: value, isFailing, tip }) =>
      element(
        'path',
        { d, transform: moveTo(x(at), y(value)), ...(isFailing ? FAILING : {}) },
        tipElement(tip),
      ),
    ),
  );
};

const entryOf = (
  label: string,
  { slot, stroke }: Pick<Line, 'slot' | 'stroke'>,
  colour: ChartColour,
  more: Attributes = {},
): LegendEntry => {
  const d = markerShape(slot, MARKER_SIZES[stroke]);
  return {
    label,
    sign:
      element('path', { d: 'M-15,0H15', stroke: colour, ...STROKES[stroke] }) +
      element('path', { d, ...markerColour(colour), ...more }),
  };
};

/** An entry for each target and for each note. */
const legendEntries = ({ lines, notes }: LinePlot): readonly LegendEntry[] => [
  ...lines
    .filter(({ stroke }) => stroke === 'solid')
    .map((line) => entryOf(line.label, line, targetColour(line.slot))),
  ...notes.map(({ label, stroke, isFailing }) =>
    entryOf(label, { slot: 0, stroke }, MUTED, isFailing ? FAILING : {}),
  ),
];

/** Draws lines over their axes, with a legend above. */
export const drawLines = (plot: LinePlot): Drawing => {
  const { x: across, y: up, lines } = plot;
  const legend = drawLegend(legendEntries(plot));
  const top = legend.height + TITLE_HEIGHT;
  const bottom = top + PLOT_HEIGHT;
  const longest = Math.max(...up.ticks.map((tick) => String(tick).length));
  const [left, right] = [longest * CHARACTER_WIDTH + 16, CHART_WIDTH - RIGHT_MARGIN];
  const scales = { x: scaleOf(across, [left, right]), y: scaleOf(up, [bottom, top]) };
  const svg = [
    legend.svg,
    words(8, top - 18, up.title),
    gridLines(up.ticks.map((tick) => `M${left},${scales.y(tick).toFixed(1)}H${right}`)),
    ...up.ticks.map((tick) =>
      words(left - 7, scales.y(tick), String(tick), { fill: MUTED, 'text-anchor': 'end' }),
    ),
    element('path', { d: `M${left},${top}V${bottom}`, stroke: MUTED }),
    xAxis(across, scales.x, [left, right], bottom),
    ...lines.map((line) => drawBand(line, scales, lines.length)),
    ...lines.map((line) => drawStroke(line, scales)),
    ...lines.map((line, at) => drawMarkers(line, scales, at)),
  ].join('');
  return { svg, height: bottom + X_AXIS_HEIGHT };
};
