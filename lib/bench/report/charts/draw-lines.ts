import { area, line as curveOf } from 'd3-shape';
import { scaleOf } from './axes.ts';
import { GRID, INK, MUTED, targetColour, SURFACE } from './chart-colours.ts';
import type { ChartColour } from './chart-colours.ts';
import {
  CHART_WIDTH,
  drawing,
  drawLegend,
  gridLines,
  RIGHT,
  X_AXIS_HEIGHT,
  xAxis,
} from './frame.ts';
import type { LegendEntry, Place } from './frame.ts';
import { markerShape } from './markers.ts';
import type { Line, LinePanel, Plot, Point, Standing, Stroke } from './plot.ts';
import { CHARACTER_WIDTH, element, FONT_SIZE, moveTo, tipElement, words } from './svg.ts';

type LinePlot = Extract<Plot, { kind: 'lines' }>;

const PANEL_HEIGHT = 290;
/** Of one of several panels. */
const SMALL_PANEL_HEIGHT = 150;
const TITLE_HEIGHT = 28;

const MARKER_SIZES: Readonly<Record<Stroke, number>> = {
  solid: 48,
  dotted: 22,
  dashed: 0,
  hollow: 85,
};

const STROKES: Readonly<Record<Stroke, Readonly<Record<string, string | number>>>> = {
  solid: { 'stroke-width': 2 },
  dotted: { 'stroke-width': 1.5, 'stroke-dasharray': '1,4', 'stroke-linecap': 'round' },
  dashed: { 'stroke-width': 1.5, 'stroke-dasharray': '7,5' },
  hollow: { 'stroke-width': 0 },
};

/** What is worth less is fainter, and dashed unless its line is dotted by itself. */
const STANDINGS: Readonly<Record<Standing, Readonly<Record<string, string | number>>>> = {
  sound: {},
  weak: { opacity: 0.5, 'stroke-dasharray': '7,4' },
  failing: { opacity: 0.6, 'stroke-dasharray': '3,4' },
};

const RANKS: readonly Standing[] = ['sound', 'weak', 'failing'];

/** Cuts a line where it comes to points that are worth more or less; between two points it is worth what the weaker one is. */
export const linePieces = (
  points: readonly Point[],
): readonly { readonly standing: Standing; readonly points: readonly Point[] }[] => {
  const pieces: { readonly standing: Standing; readonly points: Point[] }[] = [];
  points.slice(1).forEach((to, index) => {
    const from = points[index] ?? to;
    const rank = Math.max(RANKS.indexOf(from.standing), RANKS.indexOf(to.standing));
    const standing = RANKS[rank] ?? 'sound';
    const last = pieces.at(-1);
    if (last?.standing === standing) last.points.push(to);
    else pieces.push({ standing, points: [from, to] });
  });
  return pieces;
};

const strokeOf = (stroke: Stroke, standing: Standing, colour: ChartColour) => ({
  fill: 'none',
  stroke: colour,
  ...STANDINGS[standing],
  ...STROKES[stroke],
});

/** Hollow where somebody else's figure or a failing one is meant. */
const marker = (
  { path, stroke }: Pick<Line, 'path' | 'stroke'>,
  standing: Standing,
  colour: ChartColour,
  transform: string | undefined,
  tip = '',
): string => {
  const isHollow = stroke === 'hollow' || standing === 'failing';
  return element(
    'path',
    {
      d: markerShape(path, MARKER_SIZES[stroke]),
      transform,
      fill: isHollow ? SURFACE : colour,
      ...(isHollow ? { stroke: colour, 'stroke-width': 1.5 } : {}),
      opacity: STANDINGS[standing]['opacity'],
    },
    tip,
  );
};

/** So many bands over each other are as dark as one that hides nothing. */
const BANDS = { opacity: 0.16, full: 4, least: 0.05 } as const;

interface Scales {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

/** A band along the line, over the points that have one; the fainter, the more lines there are. */
const drawBand = ({ points, path }: Line, { x, y }: Scales, lines: number): string => {
  const shape = area<Point>()
    .x((point) => x(point.x))
    .y0(({ band }) => y(band?.[0] ?? 0))
    .y1(({ band }) => y(band?.[1] ?? 0))
    .digits(1)(points.filter(({ band }) => band !== undefined));
  const opacity = Math.max(BANDS.least, BANDS.opacity * Math.min(1, BANDS.full / lines));
  return shape === null
    ? ''
    : `<g data-p="${path}" opacity="${opacity}">${element('path', { d: shape, fill: targetColour(path) })}</g>`;
};

/** The line in its pieces. */
const drawStroke = ({ points, path, stroke }: Line, { x, y }: Scales): string => {
  if (stroke === 'hollow') return '';
  const curve = curveOf<Point>(
    (point) => x(point.x),
    (point) => y(point.y),
  ).digits(1);
  const pieces = linePieces(points).map((piece) =>
    element('path', {
      d: curve(piece.points) ?? '',
      ...strokeOf(stroke, piece.standing, targetColour(path)),
    }),
  );
  return element('g', { 'data-p': path }, ...pieces);
};

const drawMarkers = (line: Line, { x, y }: Scales, series: string): string =>
  element(
    'g',
    { 'data-p': line.path, 'data-s': series },
    ...line.points.flatMap(({ x: at, y: value, standing, tip }) =>
      tip === undefined
        ? []
        : marker(line, standing, targetColour(line.path), moveTo(x(at), y(value)), tipElement(tip)),
    ),
  );

/** Words beside points, those at the ends of lines first, unless they would lie on each other. */
const drawLabels = (lines: readonly Line[], { x, y }: Scales): string => {
  const taken: { readonly left: number; readonly right: number; readonly middle: number }[] = [];
  const labels = lines.flatMap(({ points, path }) =>
    points.toReversed().flatMap(({ x: at, y: value, label }) => {
      if (label === undefined) return [];
      const [left, middle] = [x(at) + 9, y(value)];
      const right = left + label.length * CHARACTER_WIDTH;
      const isTaken = taken.some(
        (one) =>
          Math.abs(one.middle - middle) < FONT_SIZE + 2 && one.left < right && left < one.right,
      );
      if (isTaken) return [];
      taken.push({ left, right, middle });
      return words(left, middle, label, { 'data-p': path });
    }),
  );
  return labels.join('');
};

const drawMarks = (
  { bounds = [], shades = [] }: LinePanel,
  { x, y }: Scales,
  place: Place,
): string => {
  const { left, right, top, bottom } = place;
  return [
    ...shades.map(({ from, to, isStrong }) =>
      element('rect', {
        x: x(from),
        y: top,
        width: x(to) - x(from),
        height: bottom - top,
        fill: GRID,
        opacity: isStrong ? undefined : 0.5,
      }),
    ),
    ...bounds.flatMap((bound) => {
      const at = y(bound.y);
      const d = `M${left},${at.toFixed(1)}H${right}`;
      return [
        element('path', { d, stroke: INK, 'stroke-width': 1.25, 'stroke-dasharray': '2,3' }),
        words(right, at + (at - top < 20 ? 9 : -9), bound.label, { 'text-anchor': 'end' }),
      ];
    }),
  ].join('');
};

const drawPanel = (panel: LinePanel, place: Place, index: number): string => {
  const { x: across, y: up, lines } = panel;
  const { left, right, top, bottom } = place;
  const scales = { x: scaleOf(across, [left, right]), y: scaleOf(up, [bottom, top]) };
  return [
    words(8, top - 18, up.title),
    gridLines(up.ticks.map((tick) => `M${left},${scales.y(tick).toFixed(1)}H${right}`)),
    ...up.ticks.map((tick) =>
      words(left - 7, scales.y(tick), String(tick), { fill: MUTED, 'text-anchor': 'end' }),
    ),
    drawMarks(panel, scales, place),
    element('path', { d: `M${left},${top}V${bottom}`, stroke: MUTED }),
    xAxis(across, scales.x, place),
    ...lines.map((line) => drawBand(line, scales, lines.length)),
    ...lines.map((line) => drawStroke(line, scales)),
    ...lines.map((line, at) =>
      line.stroke === 'dashed' ? '' : drawMarkers(line, scales, `${index}-${at}`),
    ),
    drawLabels(lines, scales),
  ].join('');
};

const sign = (line: Pick<Line, 'path' | 'stroke'>, standing: Standing, colour: ChartColour) =>
  element('path', { d: 'M-15,0H15', ...strokeOf(line.stroke, standing, colour) }) +
  (line.stroke === 'dashed' ? '' : marker(line, standing, colour, undefined));

const STANDING_KEYS = { weak: 'too few answers', failing: 'fails a check' } as const;

/** Targets first, then what the strokes and standings in the drawing are. */
const legendEntries = ({ panels, keys = {} }: LinePlot): readonly LegendEntry[] => {
  const lines = panels.flatMap((panel) => panel.lines);
  const paths = new Map(
    lines.filter(({ stroke }) => stroke === 'solid').map(({ label, path }) => [path, label]),
  );
  const strokes = (['dotted', 'dashed', 'hollow'] as const).filter((stroke) =>
    lines.some((line) => line.stroke === stroke),
  );
  const standings = (['weak', 'failing'] as const).filter((standing) =>
    lines.some(({ points }) => points.some((point) => point.standing === standing)),
  );
  return [
    ...[...paths].map(([path, label]) => ({
      label,
      path,
      sign: sign({ path, stroke: 'solid' }, 'sound', targetColour(path)),
    })),
    ...strokes.map((stroke) => ({
      label: keys[stroke] ?? stroke,
      sign: sign({ path: 0, stroke }, 'sound', MUTED),
    })),
    ...standings.map((standing) => ({
      label: STANDING_KEYS[standing],
      sign: sign({ path: 0, stroke: 'solid' }, standing, MUTED),
    })),
  ];
};

/** Draws panels of lines with a legend. */
export const drawLines = (plot: LinePlot): string => {
  const legend = drawLegend(legendEntries(plot));
  const figures = plot.panels.flatMap(({ y }) => y.ticks.map((tick) => String(tick).length));
  const left = Math.max(...figures) * CHARACTER_WIDTH + 16;
  const height = plot.panels.length === 1 ? PANEL_HEIGHT : SMALL_PANEL_HEIGHT;
  const pitch = TITLE_HEIGHT + height + X_AXIS_HEIGHT;
  const panels = plot.panels.map((panel, index) => {
    const top = legend.height + index * pitch + TITLE_HEIGHT;
    return drawPanel(panel, { left, right: CHART_WIDTH - RIGHT, top, bottom: top + height }, index);
  });
  return drawing(legend.height + plot.panels.length * pitch, legend.svg, ...panels);
};
