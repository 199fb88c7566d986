import { groupBy } from '../../analysis/group-by.ts';
import { escapeHtml } from '../markup.ts';
import type { Axis } from './axes.ts';
import {
  GRID,
  INK,
  MUTED,
  type ChartColour,
  SURFACE,
  darkChartRules,
  type TargetLook,
} from './looks.ts';
import type { Interval } from '../../stats/interval.ts';
import { line as curveOf, symbol, symbolCircle, type SymbolType } from 'd3-shape';

/**
 * In pixels. Charts scale with the page: a phone shows the texts at two thirds of their size, a page of two columns (527 px) as
 * large as its own.
 */
const CHART_WIDTH = 420;
/** A generous estimate, since the font is not known and texts must never touch each other. */
const CHARACTER_WIDTH = 8;

/** Numbers are rounded to tenths of a pixel. A colour becomes its light value and a class that a dark page overrides. */
type Attributes = Readonly<Record<string, string | number | ChartColour | undefined>>;

const tenths = (pixels: number): number => Math.round(pixels * 10) / 10;

/** An SVG element; attributes that are undefined are left out. */
const element = (name: string, attributes: Attributes, ...children: readonly string[]): string => {
  const classes: string[] = [];
  const written = Object.entries(attributes).map(([key, value]) => {
    if (value === undefined) return '';
    if (typeof value === 'number') return ` ${key}="${tenths(value)}"`;
    if (typeof value === 'string') return ` ${key}="${escapeHtml(value)}"`;
    classes.push(`${key.charAt(0)}-${value.name}`);
    return ` ${key}="${value.light}"`;
  });
  if (classes.length > 0) written.push(` class="${classes.join(' ')}"`);
  const [start, content] = [`<${name}${written.join('')}`, children.join('')];
  return content === '' ? `${start}/>` : `${start}>${content}</${name}>`;
};

/** A text whose vertical middle is at `y`. */
const words = (x: number, y: number, text: string, attributes: Attributes = {}): string =>
  element('text', { x, y, dy: '.35em', fill: INK, ...attributes }, escapeHtml(text));

/** The tooltip of the element around it. */
const tipElement = (tip: string): string => element('title', {}, escapeHtml(tip));

const moveTo = (x: number, y: number): string => `translate(${tenths(x)} ${tenths(y)})`;

/** SVG elements of {@link CHART_WIDTH}, without background, scripts or external references. */
interface Drawing {
  readonly svg: string;
  readonly height: number;
}

const X_AXIS_HEIGHT = 44;

/** An x axis with its figures and its title; leaves out figures that would touch the one before. */
const xAxis = (
  { ticks, title, labelOf = String }: Axis,
  x: Axis['scale'],
  [left, right]: readonly [left: number, right: number],
  bottom: number,
): string => {
  let free = -Infinity;
  const figures = ticks.map((tick) => {
    const label = labelOf(tick);
    const half = (label.length * CHARACTER_WIDTH) / 2;
    if (x(tick) - half < free) return '';
    free = x(tick) + half + 4;
    return words(x(tick), bottom + 13, label, { fill: MUTED, 'text-anchor': 'middle' });
  });
  const marks = ticks.map((tick) => `M${x(tick).toFixed(1)},${bottom}v4`);
  return [
    element('path', { d: `M${left},${bottom}H${right}${marks.join('')}`, stroke: MUTED }),
    ...figures,
    words((left + right) / 2, bottom + 33, title, { 'text-anchor': 'middle' }),
  ].join('');
};

/** Faint grid lines. */
const gridLines = (commands: readonly string[]): string =>
  element('path', { d: commands.join(''), stroke: GRID });

interface LegendEntry {
  readonly label: string;
  /** SVG around the origin, 30 pixels wide. */
  readonly sign: string;
}

const LEGEND_LEFT = 14;
const LEGEND_ROW = 21;
const SIGN_WIDTH = 38;
const BETWEEN = 12;

/** Signs with their labels, in as many equal columns as fit. */
const drawLegend = (entries: readonly LegendEntry[]): Drawing => {
  if (entries.length === 0) return { svg: '', height: 0 };
  const longest = Math.max(...entries.map(({ label }) => label.length));
  const columnWidth = SIGN_WIDTH + longest * CHARACTER_WIDTH + BETWEEN;
  const columns = Math.max(1, Math.floor((CHART_WIDTH - LEGEND_LEFT) / columnWidth));
  const drawn = entries.map(({ label, sign }, index) => {
    const left = LEGEND_LEFT + (index % columns) * columnWidth;
    const transform = moveTo(left + 15, 12 + Math.floor(index / columns) * LEGEND_ROW);
    return element('g', { transform }, sign, words(SIGN_WIDTH - 15, 0, label));
  });
  return { svg: drawn.join(''), height: Math.ceil(entries.length / columns) * LEGEND_ROW + 6 };
};

/** Signs with their labels, each group beside its name, with as many to a row as fit. */
const drawGroupedLegend = (
  entries: readonly (LegendEntry & { readonly group: string })[],
): Drawing => {
  if (entries.length === 0) return { svg: '', height: 0 };
  const longest = Math.max(...entries.map(({ group }) => group.length));
  const indent = LEGEND_LEFT + longest * CHARACTER_WIDTH;
  let row = -1;
  const drawn = [...groupBy(entries, ({ group }) => group)].flatMap(([group, ofGroup]) => {
    row += 1;
    let left = indent;
    const name = words(LEGEND_LEFT, 12 + row * LEGEND_ROW, group);
    const signs = ofGroup.map(({ label, sign }) => {
      const width = SIGN_WIDTH + label.length * CHARACTER_WIDTH;
      if (left + width > CHART_WIDTH && left > indent) {
        row += 1;
        left = indent;
      }
      const transform = moveTo(left + 15, 12 + row * LEGEND_ROW);
      left += width;
      return element('g', { transform }, sign, words(SIGN_WIDTH - 15, 0, label));
    });
    return [name, ...signs];
  });
  return { svg: drawn.join(''), height: (row + 1) * LEGEND_ROW + 6 };
};

/** A bar of one part, or of several that are stacked. */
export interface Bar {
  readonly label: string;
  /** Drawn as a whisker around the end of the bar. */
  readonly interval?: Interval | undefined;
  readonly parts: readonly {
    readonly value: number;
    readonly colour: ChartColour;
    /** In the legend. */
    readonly label: string;
    /** Identifies the part as its colour does; not shown if there is only one part. */
    readonly number?: number;
    /** Parts of the same group stand together in the legend, beside its name. */
    readonly group?: string;
    readonly tip: string;
  }[];
  /** Written after the end of the bar. */
  readonly text: string;
}

interface BarPlot {
  readonly kind: 'bars';
  readonly x: Axis;
  readonly bars: readonly Bar[];
}

const LEFT = 14;
const BAR_HEIGHT = 16;
/** From one bar to the next, with room for the label above the bar. */
const BAR_PITCH = 41;
/** Narrower parts have no room for a number. */
const MIN_NUMBERED = 10;

const HALO = { stroke: SURFACE, 'stroke-width': 3.5, 'paint-order': 'stroke' } as const;

/** The number that a part has in the legend, since colour alone is not enough. */
const partNumber = (x: number, y: number, number: number): string =>
  words(x, y, String(number), { ...HALO, 'text-anchor': 'middle', 'pointer-events': 'none' });

/** An interval with a stop at each end, or an arrow if it reaches beyond the axis. */
const drawWhisker = ({ low, high }: Interval, x: Axis['scale'], middle: number): string => {
  const [left, right] = [x(low).toFixed(1), x(high).toFixed(1)];
  const isCut = high > (x.domain()[1] ?? high);
  const end = isCut ? `M${right},${middle}l-6,-5m6,5l-6,5` : `M${right},${middle - 5}v10`;
  const d = `M${left},${middle - 5}v10M${left},${middle}H${right}${end}`;
  return element('path', { d, stroke: INK, 'stroke-width': 1.5, fill: 'none' });
};

const drawBar = ({ label, parts, text, interval }: Bar, x: Axis['scale'], top: number): string => {
  const y = top + 19;
  const middle = y + BAR_HEIGHT / 2;
  let end = 0;
  const placed = parts.map((part) => {
    const left = x(end);
    end += part.value;
    return { ...part, left, width: x(end) - left };
  });
  return [
    words(LEFT, top + 9, label),
    ...placed.map(({ left, width, colour, tip }) => {
      const look = { fill: colour, stroke: SURFACE };
      const box = { x: left, y, width, height: BAR_HEIGHT };
      return width === 0 ? '' : element('rect', { ...box, ...look }, tipElement(tip));
    }),
    ...placed.map(({ left, width, number }) =>
      number === undefined || width < MIN_NUMBERED
        ? ''
        : partNumber(left + width / 2, middle, number),
    ),
    interval === undefined ? '' : drawWhisker(interval, x, middle),
    words(x(Math.max(end, interval?.high ?? 0)) + 8, middle, text),
  ].join('');
};

/** Draws horizontal bars, each with its label above it. */
export const drawBars = ({ x: axis, bars }: BarPlot): Drawing => {
  // All bars have the same parts.
  const legend = drawGroupedLegend(
    (bars[0]?.parts ?? []).flatMap(({ number, group = '', label, colour }) => {
      if (number === undefined) return [];
      const bar = element('rect', { x: -7, y: -8, width: 24, height: 16, fill: colour });
      return [{ group, label, sign: bar + partNumber(5, 0, number) }];
    }),
  );
  const longest = Math.max(...bars.map(({ text }) => text.length));
  const right = CHART_WIDTH - longest * CHARACTER_WIDTH - 14;
  const x = axis.scale.copy().range([LEFT, right]);
  const top = legend.height;
  const bottom = top + bars.length * BAR_PITCH + 6;
  const svg = [
    legend.svg,
    gridLines(axis.ticks.map((tick) => `M${x(tick).toFixed(1)},${top}V${bottom}`)),
    xAxis(axis, x, [LEFT, right], bottom),
    ...bars.map((bar, at) => drawBar(bar, x, top + at * BAR_PITCH)),
  ].join('');
  return { svg, height: bottom + X_AXIS_HEIGHT };
};

export interface Point {
  readonly x: number;
  readonly y: number;
  /** `failing`: its row fails a check; `hollow`: the defaults of a server; `missing`: there is no figure, so the line is interrupted. */
  readonly mark?: 'failing' | 'hollow' | 'missing' | undefined;
  /** The text of the tooltip, below the name of the line; a point without one has no marker. */
  readonly tip: string | undefined;
}

/** Thin lines have small markers, for many points; `none` only has markers. */
export type Stroke = 'solid' | 'dotted' | 'thin' | 'thin-dotted' | 'none';

export interface Line {
  readonly look: TargetLook;
  /** In tooltips. */
  readonly name: string;
  /** What all lines of this stroke show: `median`. */
  readonly figure: string;
  readonly stroke: Stroke;
  readonly points: readonly Point[];
}

export interface Panel {
  readonly y: Axis;
  readonly lines: readonly Line[];
}

/** A panel whose y axis has all points of its lines. */
export const panelOf = (
  axisOf: (title: string, values: readonly number[]) => Axis,
  unit: string,
  lines: readonly Line[],
): Panel => ({
  y: axisOf(
    unit,
    lines.flatMap(({ points }) => points.map(({ y }) => y)),
  ),
  lines,
});

/** Lines in panels above each other, over the same x axis. */
interface LinePlot {
  readonly kind: 'lines';
  readonly x: Axis;
  readonly panels: readonly Panel[];
}

const PANEL_HEIGHTS = { single: 250, several: 125 } as const;
const TITLE_HEIGHT = 28;
const BETWEEN_PANELS = 8;
const RIGHT_MARGIN = 18;
/** Room for a marker at the end of the x axis. */
const INSET = 13;

const DOTTED: Attributes = {
  'stroke-width': 1.5,
  'stroke-dasharray': '1,4',
  'stroke-linecap': 'round',
};

/** How each stroke is drawn, and the size of its markers. */
const STROKES: Readonly<Record<Stroke, readonly [line: Attributes, marker: number]>> = {
  solid: [{ 'stroke-width': 2 }, 48],
  dotted: [DOTTED, 22],
  thin: [{ 'stroke-width': 1 }, 22],
  'thin-dotted': [{ ...DOTTED, 'stroke-width': 1 }, 10],
  none: [{ 'stroke-width': 0 }, 48],
};

/** Markers of rows that fail a check. Not `opacity`, with which browsers draw each marker into an image of its own. */
const FAILING: Attributes = { fill: SURFACE, 'stroke-width': 1.5, 'stroke-opacity': 0.6 };

/** Where there is no figure. */
const MISSING: Attributes = { d: 'M-4,-4L4,4M-4,4L4,-4', 'stroke-width': 2 };

const markerPath = (marker: SymbolType, stroke: Stroke): string =>
  symbol(marker, STROKES[stroke][1]).digits(1)() ?? '';

const coloured = (colour: ChartColour): Attributes => ({
  stroke: colour,
  fill: colour,
  'stroke-width': 0,
});

/** A line with its markers, whose shape is drawn once, because there may be hundreds. */
const drawLine = (
  { look, name, stroke, points }: Line,
  id: string,
  x: Axis['scale'],
  y: Axis['scale'],
): string => {
  const curve = curveOf<Point>()
    .x((point) => x(point.x))
    .y((point) => y(point.y))
    .defined(({ mark }) => mark !== 'missing')
    .digits(1);
  const drawPoint = (point: Point): string => {
    if (point.tip === undefined) return '';
    const at = { x: x(point.x), y: y(point.y) };
    return point.mark === 'missing'
      ? element('path', { ...MISSING, transform: moveTo(at.x, at.y) }, tipElement(point.tip))
      : element(
          'use',
          { href: `#${id}`, ...at, ...(point.mark === undefined ? {} : FAILING) },
          tipElement(point.tip),
        );
  };
  return element(
    'g',
    coloured(look.colour),
    tipElement(name),
    element('defs', {}, element('path', { id, d: markerPath(look.marker, stroke) })),
    element('path', { d: curve(points) ?? '', fill: 'none', ...STROKES[stroke][0] }),
    ...points.map(drawPoint),
  );
};

const legendEntry = (
  label: string,
  colour: ChartColour,
  ...signs: readonly Attributes[]
): LegendEntry => ({
  label,
  sign: element('g', coloured(colour), ...signs.map((sign) => element('path', sign))),
});

const lineSign = (stroke: Stroke): Attributes => ({ d: 'M-15,0H15', ...STROKES[stroke][0] });

/** Two legends: the targets; what each stroke and each kind of marked points means. */
const legendsOf = (lines: readonly Line[]): readonly (readonly LegendEntry[])[] => {
  const looks = [...new Set(lines.map(({ look }) => look))];
  const isDotted = ({ stroke }: Line): number => Number(stroke.endsWith('dotted'));
  const solidFirst = lines.toSorted((a, b) => isDotted(a) - isDotted(b));
  const figures = new Map(solidFirst.map(({ figure, stroke }) => [figure, stroke]));
  const marks = new Set(lines.flatMap(({ points }) => points.map(({ mark }) => mark)));
  const failing = { d: markerPath(symbolCircle, 'solid'), ...FAILING };
  return [
    looks.flatMap(({ label, colour, marker }) =>
      // Its stroke says what it is.
      figures.has(label)
        ? []
        : [legendEntry(label, colour, lineSign('solid'), { d: markerPath(marker, 'solid') })],
    ),
    [
      ...[...figures].flatMap(([figure, stroke]) =>
        stroke === 'none' ? [] : [legendEntry(figure, MUTED, lineSign(stroke))],
      ),
      ...(marks.has('failing')
        ? [legendEntry('fails a check', MUTED, lineSign('solid'), failing)]
        : []),
      ...(marks.has('hollow') ? [legendEntry('defaults', MUTED, failing)] : []),
      ...(marks.has('missing') ? [legendEntry('failed', MUTED, MISSING)] : []),
    ],
  ];
};

/** Draws lines over their axes, with their legends above. */
const drawLines = ({ x: across, panels }: LinePlot, name: string): Drawing => {
  let bottom = 0;
  const legends = legendsOf(panels.flatMap(({ lines }) => lines)).map((entries) => {
    const legend = drawLegend(entries);
    const transform = moveTo(0, bottom);
    bottom += legend.height;
    return element('g', { transform }, legend.svg);
  });
  const figures = panels.flatMap(({ y }) => y.ticks.map(String));
  const longest = Math.max(...figures.map(({ length }) => length));
  const [left, right] = [longest * CHARACTER_WIDTH + 16, CHART_WIDTH - RIGHT_MARGIN];
  const x = across.scale.copy().range([left, right - INSET]);
  const height = panels.length === 1 ? PANEL_HEIGHTS.single : PANEL_HEIGHTS.several;
  const drawn = panels.map(({ y: up, lines }, panel) => {
    const top = bottom + TITLE_HEIGHT + (panel === 0 ? 0 : BETWEEN_PANELS);
    bottom = top + height;
    const y = up.scale.copy().range([bottom, top]);
    return [
      words(8, top - 18, up.title),
      gridLines(up.ticks.map((tick) => `M${left},${y(tick).toFixed(1)}H${right}`)),
      ...up.ticks.map((tick) =>
        words(left - 7, y(tick), String(tick), { fill: MUTED, 'text-anchor': 'end' }),
      ),
      element('path', { d: `M${left},${top}V${bottom}`, stroke: MUTED }),
      ...lines.map((line, index) => drawLine(line, `${name}-${panel}${index}`, x, y)),
    ].join('');
  });
  const axis = xAxis(across, x, [left, right], bottom);
  return { svg: [...legends, axis, ...drawn].join(''), height: bottom + X_AXIS_HEIGHT };
};

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
      ? [
          `Lines, ${plot.panels.map(({ y }) => y.title).join(' and ')} by ${plot.x.title}`,
          plot.panels.flatMap(({ lines }) => lines.map(({ look }) => look.label)),
        ]
      : [`Bars, ${plot.x.title}`, plot.bars.map(({ label, text }) => `${label} ${text}`)];
  const simulated = isSimulated ? '; simulated servers' : '';
  return `${title}. ${kind}: ${[...new Set(names)].join('; ')}${simulated}.`;
};

/**
 * A chart as an SVG document, for a page of any colour: with its own background, and dark colours for readers who prefer them. A
 * corner says if the servers were simulated, since the chart may be shown without its report.
 */
export const drawChart = (chart: Chart): string => {
  const { plot, name, isSimulated } = chart;
  const { svg, height } = plot.kind === 'lines' ? drawLines(plot, name) : drawBars(plot);
  const note = { fill: MUTED, 'text-anchor': 'end' };
  const content = [
    element('rect', { width: '100%', height: '100%', fill: SURFACE }),
    svg,
    isSimulated ? words(CHART_WIDTH - 6, height - 11, 'simulated', note) : '',
  ].join('');
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
    element(
      'style',
      {},
      `@media screen and (prefers-color-scheme:dark){${darkChartRules(content)}}`,
    ),
    content,
  );
};
