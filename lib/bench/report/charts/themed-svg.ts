import { escapeHtml } from '../html/escape-html.ts';
import { CHART_COLOURS, readTargetInk } from './chart-colours.ts';

/** What the shape of a data point says where it is pointed at; undefined for a shape that says nothing. */
export type PointTip = (seriesIndex: number, dataIndex: number) => string | undefined;

const nameByLight = new Map(CHART_COLOURS.map((colour) => [colour.light, colour.name]));

/** Themes `fill` and `stroke`, and tells which target the shape belongs to. */
const themedAttributes = (attributes: string): string => {
  const classes: string[] = [];
  let path: number | undefined;
  const coloured = attributes.replace(
    / (fill|stroke)="(#[0-9a-f]{6})"/g,
    (whole, attribute: string, hex: string) => {
      const ink = readTargetInk(hex);
      const name = ink?.colour.name ?? nameByLight.get(hex);
      if (name === undefined) return whole;
      path ??= ink?.path;
      classes.push(`${attribute === 'fill' ? 'f' : 's'}-${name}`);
      return ` ${attribute}="${ink?.colour.light ?? hex}"`;
    },
  );
  return [
    coloured,
    classes.length === 0 ? '' : ` class="${classes.join(' ')}"`,
    path === undefined ? '' : ` data-p="${path}"`,
  ].join('');
};

const pointOf = (attributes: string): readonly [number, number] | undefined => {
  if (!attributes.includes('ecmeta_ssr_type="chart"')) return undefined;
  const number = (key: string): number =>
    Number(new RegExp(` ecmeta_${key}="(\\d+)"`).exec(attributes)?.[1]);
  return [number('series_index'), number('data_index')];
};

/**
 * Makes the output of the chart library fit to be inlined: takes out its style element, which would reach the whole
 * page, and its attributes for scripts; names ids after the chart, so that two charts in one page do not collide; gives
 * every known colour a class, so that a page can theme it, and every shape of a target its number; and puts the words of a
 * data point into its shape as a title, with the number of its series. What stays is the same for the same chart.
 */
export const themedSvg = (svg: string, name: string, tip?: PointTip): string =>
  svg
    .replace(/<style[\s\S]*?<\/style>\s*/g, '')
    .replace(
      /<(path|text|rect|circle|line|polyline|polygon)((?: [^>]*)?)>/g,
      (_, tag: string, attributes: string) => {
        const point = pointOf(attributes);
        const words = point === undefined ? undefined : tip?.(...point);
        const themed = themedAttributes(attributes);
        return point === undefined || words === undefined
          ? `<${tag}${themed}>`
          : `<${tag}${themed} data-s="${point[0]}"><title>${escapeHtml(words)}</title>`;
      },
    )
    .replace(/ (?:ecmeta_\w+|pointer-events)="[^"]*"| class="zr[^"]*"|font-family:[^;"]*;/g, '')
    .replace(/zr\d+-/g, `${name}-`);
