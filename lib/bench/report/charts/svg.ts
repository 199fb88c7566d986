import { escapeHtml } from '../html/markup.ts';
import { darkChartRules, INK, SURFACE, type ChartColour } from './chart-colours.ts';
import type { Chart, Drawing } from './plot.ts';

/**
 * Between the figure of a phone, into which its texts fit at two thirds of their size, and that of a page
 * of two columns, 527 px, where they are as large as those of the page.
 */
export const CHART_WIDTH = 420;
const FONT = "system-ui,-apple-system,'Segoe UI','DejaVu Sans',sans-serif";
const FONT_SIZE = 13;
/** A generous estimate, as no font is known where a chart is drawn: texts must never touch each other. */
export const CHARACTER_WIDTH = 8;

/** Numbers are rounded to tenths of a pixel. A colour becomes its light one and a class, by which a page turns it dark. */
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

/** Words, in the middle of whose height the place lies. */
export const words = (x: number, y: number, text: string, attributes: Attributes = {}): string =>
  element('text', { x, y, dy: '.35em', fill: INK, ...attributes }, escapeHtml(text));

/** What an element says where it is pointed at. */
export const tipElement = (tip: string): string => element('title', {}, escapeHtml(tip));

export const moveTo = (x: number, y: number): string =>
  `translate(${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10})`;

/**
 * An SVG document of a drawing.
 *
 * @param before elements that stand before it, for a file of its own
 */
export const svgDocument = (
  { svg, height }: Drawing,
  attributes: Attributes,
  before = '',
): string =>
  element(
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
  );

/**
 * A chart as a file of its own: it names itself to screen readers, follows the light or dark preference of the reader
 * and brings its own surface, as it cannot know the one of the page that it is embedded in.
 */
export const standaloneSvg = ({ drawing, title, description }: Chart): string =>
  svgDocument(
    drawing,
    { role: 'img', 'aria-labelledby': 'title description' },
    [
      element('title', { id: 'title' }, escapeHtml(title)),
      element('desc', { id: 'description' }, escapeHtml(description)),
      element('style', {}, `@media screen and (prefers-color-scheme:dark){${darkChartRules()}}`),
      element('rect', { width: '100%', height: '100%', fill: SURFACE }),
    ].join('\n'),
  );
