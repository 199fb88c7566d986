import { groupBy } from '../../analysis/group-by.ts';
import { escapeHtml } from '../html/markup.ts';
import type { Axis } from './axes.ts';
import { GRID, INK, MUTED, type ChartColour } from './looks.ts';

/**
 * In pixels. Charts scale with the page: a phone shows the texts at two thirds of their size, a page of two columns (527 px) as
 * large as its own.
 */
export const CHART_WIDTH = 420;
/** A generous estimate, since the font is not known and texts must never touch each other. */
export const CHARACTER_WIDTH = 8;

/** Numbers are rounded to tenths of a pixel. A colour becomes its light value and a class that a dark page overrides. */
export type Attributes = Readonly<Record<string, string | number | ChartColour | undefined>>;

const tenths = (pixels: number): number => Math.round(pixels * 10) / 10;

/** An SVG element; attributes that are undefined are left out. */
export const element = (
  name: string,
  attributes: Attributes,
  ...children: readonly string[]
): string => {
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
export const words = (x: number, y: number, text: string, attributes: Attributes = {}): string =>
  element('text', { x, y, dy: '.35em', fill: INK, ...attributes }, escapeHtml(text));

/** The tooltip of the element around it. */
export const tipElement = (tip: string): string => element('title', {}, escapeHtml(tip));

export const moveTo = (x: number, y: number): string => `translate(${tenths(x)} ${tenths(y)})`;

/** SVG elements of {@link CHART_WIDTH}, without background, scripts or external references. */
export interface Drawing {
  readonly svg: string;
  readonly height: number;
}

export const X_AXIS_HEIGHT = 44;

/** An x axis with its figures and its title; leaves out figures that would touch the one before. */
export const xAxis = (
  { ticks, title }: Axis,
  x: Axis['scale'],
  [left, right]: readonly [left: number, right: number],
  bottom: number,
): string => {
  let free = -Infinity;
  const figures = ticks.map((tick) => {
    const half = (String(tick).length * CHARACTER_WIDTH) / 2;
    if (x(tick) - half < free) return '';
    free = x(tick) + half + 4;
    return words(x(tick), bottom + 13, String(tick), { fill: MUTED, 'text-anchor': 'middle' });
  });
  const marks = ticks.map((tick) => `M${x(tick).toFixed(1)},${bottom}v4`);
  return [
    element('path', { d: `M${left},${bottom}H${right}${marks.join('')}`, stroke: MUTED }),
    ...figures,
    words((left + right) / 2, bottom + 33, title, { 'text-anchor': 'middle' }),
  ].join('');
};

/** Faint grid lines. */
export const gridLines = (commands: readonly string[]): string =>
  element('path', { d: commands.join(''), stroke: GRID });

export interface LegendEntry {
  readonly label: string;
  /** SVG around the origin, 30 pixels wide. */
  readonly sign: string;
}

const LEGEND_LEFT = 14;
const LEGEND_ROW = 21;
const SIGN_WIDTH = 38;
const BETWEEN = 12;

/** Signs with their labels, in as many equal columns as fit. */
export const drawLegend = (entries: readonly LegendEntry[]): Drawing => {
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
export const drawGroupedLegend = (
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
