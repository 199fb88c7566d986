import { area, line as curveOf, symbol, symbolCircle } from 'd3-shape';
import type { Interval } from '../../stats/interval.ts';
import type { Axis } from './axes.ts';
import { MUTED, SURFACE } from './chart-colours.ts';
import {
  CHARACTER_WIDTH,
  CHART_WIDTH,
  drawLegend,
  element,
  gridLines,
  moveTo,
  tipElement,
  words,
  X_AXIS_HEIGHT,
  xAxis,
  type Attributes,
  type Drawing,
  type LegendEntry,
} from './svg.ts';
import type { TargetLook } from './target-looks.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
  /** Whether its row fails a check. */
  readonly isFailing: boolean;
  /** Drawn as a band along the line. */
  readonly band: Interval | undefined;
  /** The text of the tooltip. */
  readonly tip: string;
}

/** Dotted lines have no bands, since two bands of one colour could not be told apart. */
export type Stroke = 'solid' | 'dotted';

export interface Line {
  readonly look: TargetLook;
  /** What the line shows: `median`. */
  readonly figure: string;
  readonly stroke: Stroke;
  readonly points: readonly Point[];
}

/** Lines over one pair of axes. */
export interface LinePlot {
  readonly kind: 'lines';
  readonly x: Axis;
  readonly y: Axis;
  readonly lines: readonly Line[];
}

const PLOT_HEIGHT = 290;
const TITLE_HEIGHT = 28;
const RIGHT_MARGIN = 18;
/** Room for a marker at each end of the x axis. */
const INSET = 13;

const MARKER_SIZES: Readonly<Record<Stroke, number>> = { solid: 48, dotted: 22 };

const STROKES: Readonly<Record<Stroke, Attributes>> = {
  solid: { 'stroke-width': 2 },
  dotted: { 'stroke-width': 1.5, 'stroke-dasharray': '1,4', 'stroke-linecap': 'round' },
};

/** Markers of rows that fail a check. Not `opacity`, with which browsers draw each marker into an image of its own. */
const FAILING: Attributes = { fill: SURFACE, 'stroke-width': 1.5, 'stroke-opacity': 0.6 };

const drawMarker = ({ marker }: TargetLook, stroke: Stroke, more: Attributes, tip = ''): string => {
  const d = symbol(marker, MARKER_SIZES[stroke]).digits(1)() ?? '';
  return element('path', { d, ...more }, tip);
};

/** A line with its markers, and a band over the points that have an interval; fainter if there are many lines. */
const drawLine = (
  { look, stroke, points }: Line,
  lines: number,
  x: Axis['scale'],
  y: Axis['scale'],
): string => {
  const curve = curveOf<Point>()
    .x((point) => x(point.x))
    .y((point) => y(point.y))
    .digits(1);
  const band = area<Point>()
    .x((point) => x(point.x))
    .y0((point) => y(point.band?.low ?? 0))
    .y1((point) => y(point.band?.high ?? 0))
    .digits(1);
  const banded = band(points.filter((point) => point.band !== undefined));
  return element(
    'g',
    { stroke: look.colour, fill: look.colour, 'stroke-width': 0 },
    banded === null
      ? ''
      : element('path', { d: banded, 'fill-opacity': Math.min(0.16, 0.64 / lines).toFixed(2) }),
    element('path', { d: curve(points) ?? '', fill: 'none', ...STROKES[stroke] }),
    ...points.map((point) => {
      const transform = moveTo(x(point.x), y(point.y));
      const more = { transform, ...(point.isFailing ? FAILING : {}) };
      return drawMarker(look, stroke, more, tipElement(point.tip));
    }),
  );
};

const legendEntry = (look: TargetLook, stroke: Stroke, more: Attributes = {}): LegendEntry => ({
  label: look.label,
  sign: element(
    'g',
    { stroke: look.colour, fill: look.colour, 'stroke-width': 0 },
    element('path', { d: 'M-15,0H15', ...STROKES[stroke] }),
    drawMarker(look, stroke, more),
  ),
});

/** An entry for each target, then one for dotted lines and one for markers of rows that fail a check. */
const legendEntries = (lines: readonly Line[]): readonly LegendEntry[] => {
  const grey = { colour: MUTED, marker: symbolCircle };
  const dotted = lines.find(({ stroke }) => stroke === 'dotted');
  const hasFailing = lines.some(({ points }) => points.some(({ isFailing }) => isFailing));
  return [
    ...lines
      .filter(({ stroke }) => stroke === 'solid')
      .map(({ look, stroke }) => legendEntry(look, stroke)),
    ...(dotted === undefined ? [] : [legendEntry({ ...grey, label: dotted.figure }, 'dotted')]),
    ...(hasFailing ? [legendEntry({ ...grey, label: 'fails a check' }, 'solid', FAILING)] : []),
  ];
};

/** Draws lines over their axes, with a legend above. */
export const drawLines = ({ x: across, y: up, lines }: LinePlot): Drawing => {
  const legend = drawLegend(legendEntries(lines));
  const top = legend.height + TITLE_HEIGHT;
  const bottom = top + PLOT_HEIGHT;
  const longest = Math.max(...up.ticks.map((tick) => String(tick).length));
  const [left, right] = [longest * CHARACTER_WIDTH + 16, CHART_WIDTH - RIGHT_MARGIN];
  const x = across.scale.copy().range([left + INSET, right - INSET]);
  const y = up.scale.copy().range([bottom, top]);
  const svg = [
    legend.svg,
    words(8, top - 18, up.title),
    gridLines(up.ticks.map((tick) => `M${left},${y(tick).toFixed(1)}H${right}`)),
    ...up.ticks.map((tick) =>
      words(left - 7, y(tick), String(tick), { fill: MUTED, 'text-anchor': 'end' }),
    ),
    element('path', { d: `M${left},${top}V${bottom}`, stroke: MUTED }),
    xAxis(across, x, [left, right], bottom),
    ...lines.map((line) => drawLine(line, lines.length, x, y)),
  ].join('');
  return { svg, height: bottom + X_AXIS_HEIGHT };
};
