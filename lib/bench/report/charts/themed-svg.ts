import { CHART_COLOURS } from './chart-colours.ts';

const nameByLight = new Map(CHART_COLOURS.map((colour) => [colour.light, colour.name]));

const classesOf = (attributes: string): string => {
  const classes: string[] = [];
  for (const [attribute, prefix] of [
    ['fill', 'f'],
    ['stroke', 's'],
  ] as const) {
    const hex = new RegExp(`\\s${attribute}="(#[0-9a-f]{6})"`).exec(attributes)?.[1];
    const name = hex === undefined ? undefined : nameByLight.get(hex);
    if (name !== undefined) classes.push(`${prefix}-${name}`);
  }
  return classes.length === 0 ? '' : ` class="${classes.join(' ')}"`;
};

/**
 * Makes the output of the chart library fit to be inlined: takes out its style element, which would reach the whole
 * page, and its attributes for scripts; names ids after the chart, so that two charts in one page do not collide; and
 * gives every known colour a class, so that a page can theme it. What stays is the same for the same chart.
 */
export const themedSvg = (svg: string, name: string): string =>
  svg
    .replace(/<style[\s\S]*?<\/style>\s*/g, '')
    .replace(/ (?:class|ecmeta_\w+|pointer-events)="[^"]*"/g, '')
    .replace(/zr\d+-/g, `${name}-`)
    .replace(
      /<(path|text|rect|circle|line|polyline|polygon)(\s[^>]*?)(\/?)>/g,
      (_, tag: string, attributes: string, close: string) =>
        `<${tag}${attributes}${classesOf(attributes)}${close}>`,
    );
