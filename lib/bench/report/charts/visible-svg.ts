/** A shape without words that is neither filled nor stroked: the library draws boxes behind texts, and lines of width 0. */
const SHAPE = /<(path|polyline|rect)((?: [^>]*)?)><\/\1>\n?/g;

const isInvisible = (attributes: string): boolean =>
  / fill(?:="none"|-opacity="0")/.test(attributes) &&
  (!attributes.includes(' stroke="') || attributes.includes(' stroke-width="0"'));

const EMPTY_GROUP = /<g(?: [^>]*)?>\s*<\/g>\n?/g;
const CLIP_PATH = /<clipPath id="([^"]*)">([\s\S]*?)<\/clipPath>\n?/g;

/** The library gives every series a clipping path of its own, which is the same for all series of a panel. */
const withSharedClipPaths = (svg: string): string => {
  const used = new Set(Array.from(svg.matchAll(/url\(#([^)]*)\)/g), ([, id]) => id));
  const firstByContent = new Map<string, string>();
  const firstById = new Map<string, string>();
  const withoutOthers = svg.replace(CLIP_PATH, (whole, id: string, content: string) => {
    if (!used.has(id)) return '';
    const first = firstByContent.get(content);
    firstById.set(id, first ?? id);
    if (first !== undefined) return '';
    firstByContent.set(content, id);
    return whole;
  });
  return withoutOthers.replace(
    /url\(#([^)]*)\)/g,
    (_, id: string) => `url(#${firstById.get(id) ?? id})`,
  );
};

/** A drawing without what nobody sees of it, which is a tenth of the bytes of a chart. */
export const visibleSvg = (svg: string): string =>
  withSharedClipPaths(
    svg
      .replace(SHAPE, (whole, _, attributes: string) => (isInvisible(attributes) ? '' : whole))
      .replace(EMPTY_GROUP, ''),
  );
