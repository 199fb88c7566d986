import { escapeHtml } from '../html/markup.ts';
import { INK, type ChartColour } from './chart-colours.ts';

/**
 * In pixels. Charts scale with the page: a phone shows the texts at two thirds of their size, a page of two columns (527 px) as
 * large as its own.
 */
export const CHART_WIDTH = 420;
/** A generous estimate, since the font is not known and texts must never touch each other. */
export const CHARACTER_WIDTH = 8;

/** Numbers are rounded to tenths of a pixel. A colour becomes its light value and a class that a dark page overrides. */
export type Attributes = Readonly<Record<string, string | number | ChartColour | undefined>>;

/** An SVG element; attributes that are undefined are left out. */
export const element = (
  name: string,
  attributes: Attributes,
  ...children: readonly string[]
): string => {
  const classes: string[] = [];
  let written = '';
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined) continue;
    if (typeof value === 'object') classes.push(`${key.charAt(0)}-${value.name}`);
    const text = typeof value === 'object' ? value.light : value;
    const short = typeof text === 'number' ? String(Math.round(text * 10) / 10) : escapeHtml(text);
    written += ` ${key}="${short}"`;
  }
  if (classes.length > 0) written += ` class="${classes.join(' ')}"`;
  const content = children.join('');
  return content === '' ? `<${name}${written}/>` : `<${name}${written}>${content}</${name}>`;
};

/** A text whose vertical middle is at `y`. */
export const words = (x: number, y: number, text: string, attributes: Attributes = {}): string =>
  element('text', { x, y, dy: '.35em', fill: INK, ...attributes }, escapeHtml(text));

/** The tooltip of the element around it. */
export const tipElement = (tip: string): string => element('title', {}, escapeHtml(tip));

export const moveTo = (x: number, y: number): string =>
  `translate(${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10})`;
